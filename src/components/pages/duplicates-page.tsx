import { DuplicateGroup } from "../duplicate-group.tsx";
import { Folded } from "../folded.tsx";
import { useLanguage } from "../language.ts";
import { LinkedThumbnail } from "./linked-thumbnail.tsx";
import { Page } from "./page.tsx";
import type { DuplicatesData } from "./page-data.ts";

const MAX_SHOWN = 100;

/** Groups of copies, the keeper first. */
export function DuplicatesPage({
  groups,
  model,
  spareFiles,
  filters,
  pictures,
  hrefOf,
  style,
}: DuplicatesData) {
  const { texts, formatBytes } = useLanguage();
  const bytes = groups.reduce((sum, group) => sum + group.reclaimableBytes, 0);
  return (
    <Page
      title={texts.views.duplicates}
      filters={filters}
      facts={[{ name: texts.page.model, value: model }]}
      style={style}
    >
      <p class="summary">
        {groups.length === 0
          ? texts.duplicates.none
          : texts.duplicates.found(groups.length, spareFiles, formatBytes(bytes))}
      </p>
      <Folded items={groups} shown={MAX_SHOWN} summary={texts.page.moreGroups}>
        {(some) =>
          some.map((group) => (
            <DuplicateGroup
              key={group.keeper.id}
              group={group}
              picture={(copy) => <LinkedThumbnail card={copy} pictures={pictures} />}
              hrefOf={hrefOf}
            />
          ))
        }
      </Folded>
    </Page>
  );
}
