package dev.weft.proxy.session;

import dev.weft.daemon.schedule.Repetition;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import java.time.Duration;
import java.util.concurrent.Future;

/**
 * Detects a reset of a half-closed connection. After the peer has ended its direction, neither reading nor Netty
 * reports a reset, so the kernel is asked as long as the connection lasts.
 */
public final class ResetWatch {
    /** The state in the kernel's {@code tcp_states.h}. */
    private static final int TCP_CLOSE = 7;
    /** How often a half-closed connection is checked. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private ResetWatch() {}

    /**
     * Starts to watch; must be called on the connection's event loop.
     *
     * @param reset runs when the connection was reset, and again until it is closed
     */
    public static void start(EpollSocketChannel socket, Runnable reset) {
        EpollTcpInfo info = new EpollTcpInfo();
        Runnable look = () -> {
            if (socket.isOpen() && socket.tcpInfo(info).state() == TCP_CLOSE) {
                reset.run();
            }
        };
        Future<?> watch = Repetition.every(socket.eventLoop(), PAUSE, look);
        socket.closeFuture().addListener(_ -> watch.cancel(false));
    }
}
