export const latencySection = () => undefined;
