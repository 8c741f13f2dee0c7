// The story's rooms, for the commands that need them: loaded where they are asked for, so that the others start without reading them.

/** The whole entry `cutaway/story`, not a room alone: each room loaded by itself would cut the joined files into many small ones. */
export const loadStory = () => import("../story.ts");
