package dev.weft.proxy.loop;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;

/**
 * Netty's epoll handler, changed so that a descriptor stays in the kernel's set until it is closed. Netty 4.2.18
 * removes a descriptor that waits for no event, and cannot add it again: each later interest fails with ENOENT. That
 * breaks a connection whose peer has closed its direction and does not read at once.
 */
final class StayingIoHandler implements IoHandler {
    private final IoHandler netty;

    StayingIoHandler(IoHandler netty) {
        this.netty = netty;
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new StayingRegistration(netty.register(handle));
    }

    @Override
    public void initialize() {
        netty.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return netty.run(context);
    }

    @Override
    public void wakeup() {
        netty.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return netty.isCompatible(type);
    }

    @Override
    public void prepareToDestroy() {
        netty.prepareToDestroy();
    }

    @Override
    public void destroy() {
        netty.destroy();
    }
}
