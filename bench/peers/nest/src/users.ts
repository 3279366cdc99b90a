import 'reflect-metadata';
import { Controller, Injectable, Module, Inject } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  MessagePattern,
  Payload,
  Transport,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { Kysely, MysqlDialect } from 'kysely';
import { createPool } from 'mysql2';

interface Tables {
  user: { id: string; nickname: string; avatar_url: string; bio: string; created_at: Date };
}

@Injectable()
class UsersRepository {
  readonly db = new Kysely<Tables>({
    dialect: new MysqlDialect({
      pool: createPool({ uri: process.env['MYSQL_URL'] ?? '', connectionLimit: 10, timezone: 'Z' }),
    }),
  });

  async find(id: string): Promise<unknown> {
    return this.db
      .selectFrom('user')
      .select(['id', 'nickname', 'avatar_url', 'bio', 'created_at'])
      .where('id', '=', id)
      .executeTakeFirst();
  }
}

@Controller()
class UsersController {
  constructor(@Inject(UsersRepository) private readonly users: UsersRepository) {}

  @MessagePattern('users.me')
  async me(@Payload() payload: { id: string }): Promise<unknown> {
    return this.users.find(payload.id);
  }
}

@Module({ controllers: [UsersController], providers: [UsersRepository] })
class UsersModule {}

const app = await NestFactory.createMicroservice<MicroserviceOptions>(UsersModule, {
  transport: Transport.NATS,
  options: { servers: [process.env['NATS_URL'] ?? ''], queue: 'users' },
  logger: ['error', 'warn'],
});
await app.listen();
console.log('ready');
