export const documents = () => undefined;
