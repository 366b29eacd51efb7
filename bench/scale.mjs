export const scaleSection = () => undefined;
