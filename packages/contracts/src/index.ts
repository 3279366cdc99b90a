export * from './define.ts';
export * from './schemas.ts';
export { Type, type Static } from '@sinclair/typebox';
export { systemErrors } from './system/errors.ts';
export * from './auth/index.ts';
export * from './user/index.ts';
export * from './wechat-ccs/index.ts';
export { catalogue, findErrorEntry, services } from './catalogue.ts';
export * from './pay/index.ts';
