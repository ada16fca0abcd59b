package dev.weft.proxy.loop;

import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;

/** A descriptor in the kernel's set that is never taken out of it for want of interest. Belongs to its event loop. */
final class StayingRegistration implements IoRegistration {
    private final IoRegistration netty;
    /** Whether the descriptor is in the set: the first interest puts it there. */
    private boolean added;

    StayingRegistration(IoRegistration netty) {
        this.netty = netty;
    }

    /** No interest becomes EPOLLET alone: errors and a hang-up are told once, and not in each turn of the loop. */
    @Override
    public long submit(IoOps ops) {
        if (!EpollIoOps.NONE.equals(ops)) {
            added = true;
            return netty.submit(ops);
        }
        if (added) {
            netty.submit(EpollIoOps.EPOLLET);
        }
        return EpollIoOps.NONE.value();
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // as Netty has it
    public <T> T attachment() {
        return netty.attachment();
    }

    @Override
    public boolean isValid() {
        return netty.isValid();
    }

    @Override
    public boolean cancel() {
        return netty.cancel();
    }
}
