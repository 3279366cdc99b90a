import 'reflect-metadata';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Req,
  UnauthorizedException,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { ClientProxy, ClientsModule, Transport } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { firstValueFrom } from 'rxjs';

interface AuthorizedRequest {
  headers: Record<string, string | undefined>;
  user?: { sub: string };
}

@Injectable()
class JwtGuard implements CanActivate {
  constructor(@Inject(JwtService) private readonly jwt: JwtService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthorizedRequest>();
    const [scheme, token] = request.headers['authorization']?.split(' ') ?? [];
    if (scheme !== 'Bearer' || token === undefined) throw new UnauthorizedException();
    try {
      request.user = await this.jwt.verifyAsync(token, { algorithms: ['HS256'], audience: 'app' });
    } catch {
      throw new UnauthorizedException();
    }
    return true;
  }
}

@Controller('api/v1/users')
class UsersController {
  constructor(@Inject('USERS') private readonly users: ClientProxy) {}

  @Get('me')
  @UseGuards(JwtGuard)
  async me(@Req() request: AuthorizedRequest): Promise<unknown> {
    const data: unknown = await firstValueFrom(
      this.users.send('users.me', { id: request.user?.sub }),
    );
    return { code: 200, message: 'Success', data };
  }
}

@Module({
  imports: [
    JwtModule.register({ secret: process.env['JWT_SIGNING_KEY'] ?? '' }),
    ClientsModule.register([
      {
        name: 'USERS',
        transport: Transport.NATS,
        options: { servers: [process.env['NATS_URL'] ?? ''] },
      },
    ]),
  ],
  controllers: [UsersController],
  providers: [JwtGuard],
})
class GatewayModule {}

const app = await NestFactory.create(GatewayModule, new FastifyAdapter(), {
  logger: ['error', 'warn'],
});
await app.listen(Number(process.env['PORT']), '127.0.0.1');
console.log('ready');
