package dev.weft.proxy.loop;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
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
}
