/**
 * A query of the tags `t` for which the condition holds, as a scope lets them be seen: of one that files carry, none of
 * which the scope shows, what the model gave beneath.
 * @param carried as `ScopeConditions` gives it
 */
export function seenTags(carried: string, where: string): string {
  const isHidden = `t.source = 'file' AND NOT ${carried}`;
  return `SELECT h.image, h.tag, CASE WHEN h.hidden THEN 'model' ELSE h.source END AS source,
      CASE WHEN h.hidden THEN h.model_score ELSE h.score END AS score
    FROM (SELECT t.*, ${carried === "TRUE" ? "FALSE" : isHidden} AS hidden FROM tags t
      WHERE t.source <> 'rejected' AND ${where}) h
    WHERE NOT h.hidden OR h.model_score IS NOT NULL`;
}
