import { chooseServer } from "./asked-server.ts";
import { autotag } from "./autotag.ts";
import { classify } from "./classify.ts";
import { classifyPicture } from "./classify-picture.ts";
import type { Command, ComponentHandler } from "./command.ts";
import { duplicates } from "./duplicates.ts";
import { find } from "./find.ts";
import { findSimilar } from "./find-similar.ts";
import { help } from "./help.ts";
import { index } from "./index-command.ts";
import { markAsScam } from "./mark-scam.ts";
import { privacy } from "./privacy.ts";
import { removeTags } from "./remove-tags.ts";
import { chooseFilter, markAnswer, moreLikeThis, showFilters, turnPage } from "./result-buttons.ts";
import { safety } from "./safety.ts";
import { saved } from "./saved.ts";
import { removeSavedSearch, stopSavedSearch } from "./saved-list.ts";
import { scam } from "./scam.ts";
import { takeOffScamList, turnScamPage } from "./scam-gallery.ts";
import { showToChannel, takeBack } from "./show-to-channel.ts";
import { status } from "./status.ts";
import { whoSees } from "./who-sees.ts";

export const commands: readonly Command[] = [
  find,
  findSimilar,
  classify,
  classifyPicture,
  duplicates,
  saved,
  index,
  autotag,
  scam,
  markAsScam,
  safety,
  privacy,
  status,
  help,
];

export const componentHandlers: readonly ComponentHandler[] = [
  chooseServer,
  turnPage,
  moreLikeThis,
  markAnswer,
  showFilters,
  chooseFilter,
  whoSees,
  showToChannel,
  takeBack,
  removeTags,
  turnScamPage,
  takeOffScamList,
  removeSavedSearch,
  stopSavedSearch,
];
