package dev.weft.control.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The event loops of the listener: one accepts connections, one for each processor serves them. */
record EventLoops(EventLoopGroup accepting, EventLoopGroup serving) implements AutoCloseable {

    private static final int QUIET_MILLIS = 0;
    private static final int TIMEOUT_MILLIS = 2_000;

    static EventLoops start() {
        return new EventLoops(
                loops(1, "control-accept"), loops(Runtime.getRuntime().availableProcessors(), "control-serve"));
    }

    /** Returns a listener socket for {@link #accepting}. */
    ServerChannel listener() {
        return new EpollServerSocketChannel();
    }

    private static EventLoopGroup loops(int threads, String name) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(name, true), EpollIoHandler.newFactory());
    }

    @Override
    public void close() {
        var _ = accepting.shutdownGracefully(QUIET_MILLIS, TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        var _ = serving.shutdownGracefully(QUIET_MILLIS, TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }
}
