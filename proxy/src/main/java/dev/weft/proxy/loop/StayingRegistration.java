package dev.weft.proxy.loop;

import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Registration of a descriptor that stays in the kernel's set even when it waits for no event. Belongs to its event
 * loop.
 */
final class StayingRegistration implements IoRegistration {
    private final IoRegistration netty;
    /** Whether the descriptor is in the set: the first interest adds it. */
    private boolean added;

    StayingRegistration(IoRegistration netty) {
        this.netty = netty;
    }

    /**
     * Replaces an empty interest with EPOLLET alone: then errors and hang-ups are reported once, not in each turn of
     * the loop.
     */
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
    @SuppressWarnings("TypeParameterUnusedInFormals") // as Netty declares it
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
