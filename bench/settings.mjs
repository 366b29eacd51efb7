export const settingsSection = () => undefined;
