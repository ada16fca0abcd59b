package dev.weft.proxy.loop;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import java.util.concurrent.ThreadFactory;

/** Event loops over epoll(7) on which half-closed connections work: see {@link StayingIoHandler}. */
public final class EpollLoops {
    private EpollLoops() {}

    /**
     * Starts event loops.
     *
     * @param count number of loops, each with a thread
     */
    public static EventLoopGroup of(int count, ThreadFactory threads) {
        IoHandlerFactory netty = EpollIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(
                count, threads, executor -> new StayingIoHandler(netty.newHandler(executor)));
    }

    /**
     * Netty's epoll handler, changed so that a descriptor stays in the kernel's set until it is closed. Netty 4.2.18
     * removes a descriptor that waits for no event, and cannot add it again: each later interest fails with ENOENT. That
     * breaks a connection whose peer has closed its direction and does not read at once.
     */
    private record StayingIoHandler(IoHandler netty) implements IoHandler {
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

        /**
         * Registration of a descriptor that stays in the kernel's set even when it waits for no event. Belongs to its event
         * loop.
         */
        private static final class StayingRegistration implements IoRegistration {
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
    }
}
