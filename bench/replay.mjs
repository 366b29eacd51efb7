export const replaySection = () => undefined;
