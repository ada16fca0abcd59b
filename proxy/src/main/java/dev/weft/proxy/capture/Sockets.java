package dev.weft.proxy.capture;

import dev.weft.proxy.limit.AcceptFailures;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.limit.NoDescriptorException;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Supplier;

/** Sets up every socket of the data plane, in one place. Netty sets TCP_NODELAY by itself. */
public final class Sockets {
    private static final int KIB = 1024;
    private static final int READ_MIN = 2 * KIB;
    private static final int READ_MAX = 256 * KIB;
    private static final int WRITE_LOW = 256 * KIB;
    private static final int WRITE_HIGH = 512 * KIB;
    private static final int BACKLOG = 4096;
    private static final int SOL_SOCKET = 1;
    private static final int SO_MARK = 36;
    private static final int SO_OOBINLINE = 10;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int KEEPALIVE_IDLE_SECONDS = 60;
    private static final int KEEPALIVE_INTERVAL_SECONDS = 15;
    private static final int KEEPALIVE_PROBES = 4;
    /** A sidecar that acknowledges no data for this long is gone. */
    private static final int USER_TIMEOUT_MILLIS = 120_000;

    private static final IntegerUnixChannelOption MARK = new IntegerUnixChannelOption("SO_MARK", SOL_SOCKET, SO_MARK);
    private static final IntegerUnixChannelOption V6ONLY =
            new IntegerUnixChannelOption("IPV6_V6ONLY", SOL_IPV6, IPV6_V6ONLY);
    /**
     * RFC 6093: an urgent byte stays in its place in the stream, because the other side's socket does not know of it.
     */
    private static final IntegerUnixChannelOption OOB_INLINE =
            new IntegerUnixChannelOption("SO_OOBINLINE", SOL_SOCKET, SO_OOBINLINE);

    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(WRITE_LOW, WRITE_HIGH);

    private static final int ENFILE = 23;
    private static final int EMFILE = 24;

    private final int mark;
    private final Descriptors descriptors;

    /** The kind of peer at the other end, which decides how its silence is judged. */
    public enum Peer {
        /** A program on the same machine: the kernel reports its end, however long it is silent. */
        APPLICATION,
        /** Any program in the network: it may vanish without notice, or stop reading for any time. */
        NETWORK,
        /** Another sidecar, which always reads. */
        SIDECAR
    }

    /**
     * Sockets of one workload.
     *
     * @param mark SO_MARK of every socket opened, so that capture rules leave it alone; 0 for none
     * @param descriptors decides whether a new socket may have a file descriptor
     */
    public Sockets(int mark, Descriptors descriptors) {
        this.mark = mark;
        this.descriptors = descriptors;
    }

    /** Returns the shared budget of file descriptors. */
    public Descriptors descriptors() {
        return descriptors;
    }

    /**
     * Connects to {@code destination}. The connection reads only when asked to. The result completes on the loop; it
     * fails with a {@link NoDescriptorException} where the process has no descriptor for this use.
     */
    public Future<Channel> connect(
            EventLoop loop,
            Peer peer,
            Descriptors.Use use,
            InetSocketAddress destination,
            Duration timeout,
            ChannelHandler handler) {
        return connect(loop, client(loop, peer, use, destination, timeout, handler), destination);
    }

    /**
     * Opens a datagram socket for this destination alone, for datagrams of at most {@code size} octets. Completes as
     * {@link #connect} does.
     */
    public Future<Channel> datagramsTo(
            EventLoop loop, Descriptors.Use use, InetSocketAddress destination, int size, ChannelHandler handler) {
        SocketProtocolFamily family = family(destination.getAddress());
        Bootstrap bootstrap = datagrams(loop, size, handler)
                .channelFactory(() -> open(loop, use, () -> new EpollDatagramChannel(family)));
        return connect(loop, bootstrap, destination);
    }

    private static Future<Channel> connect(EventLoop loop, Bootstrap bootstrap, InetSocketAddress destination) {
        // Netty reports a socket that could not be created on another thread; the promise brings the result to the
        // loop.
        Promise<Channel> result = loop.newPromise();
        var _ = bootstrap.connect(destination).addListener((ChannelFutureListener) done -> {
            if (done.isSuccess()) {
                result.setSuccess(done.channel());
            } else {
                result.setFailure(done.cause());
            }
        });
        return result;
    }

    private <C extends UnixChannel> C open(EventLoop loop, Descriptors.Use use, Supplier<C> making) {
        C channel;
        try {
            channel = making.get();
        } catch (ChannelException e) {
            if (e.getCause() instanceof Errors.NativeIoException kernel
                    && (kernel.expectedErr() == -EMFILE || kernel.expectedErr() == -ENFILE)) {
                descriptors.lookAgain();
                throw new NoDescriptorException("the kernel gives no file descriptor");
            }
            throw e;
        }
        if (!descriptors.allow(use, channel, loop)) {
            channel.unsafe().closeForcibly();
            throw new NoDescriptorException("the last file descriptors are not for this");
        }
        return channel;
    }

    private Bootstrap client(
            EventLoop loop,
            Peer peer,
            Descriptors.Use use,
            InetSocketAddress destination,
            Duration timeout,
            ChannelHandler handler) {
        SocketProtocolFamily family = family(destination.getAddress());
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(() -> open(loop, use, () -> new EpollSocketChannel(family)))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.RECVBUF_ALLOCATOR, reads())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .option(OOB_INLINE, 1)
                .handler(handler);
        if (peer != Peer.APPLICATION) {
            bootstrap
                    .option(ChannelOption.SO_KEEPALIVE, true)
                    .option(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS)
                    .option(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS)
                    .option(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES);
        }
        if (peer == Peer.SIDECAR) {
            bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT_MILLIS);
        }
        if (mark != 0) {
            bootstrap.option(MARK, mark);
        }
        return bootstrap;
    }

    /** Returns a listener for connections of {@code peer}, on this address and only its address family. */
    public ServerBootstrap listener(
            EventLoopGroup loops,
            Peer peer,
            InetAddress address,
            boolean autoRead,
            ChannelInitializer<EpollSocketChannel> child) {
        SocketProtocolFamily family = family(address);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channelFactory(() -> new EpollServerSocketChannel(family))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(OOB_INLINE, 1) // applies to the accepted connections, too
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, autoRead)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads())
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .handler(new AcceptFailures(descriptors))
                .childHandler(child);
        if (peer != Peer.APPLICATION) {
            bootstrap
                    .childOption(ChannelOption.SO_KEEPALIVE, true)
                    .childOption(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS)
                    .childOption(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS)
                    .childOption(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES);
        }
        if (peer == Peer.SIDECAR) {
            bootstrap.childOption(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT_MILLIS);
        }
        if (family == SocketProtocolFamily.INET6) {
            bootstrap.option(V6ONLY, 1);
        }
        if (mark != 0) {
            bootstrap.option(MARK, mark); // applies to the accepted connections, too
        }
        return bootstrap;
    }

    /**
     * Returns a datagram socket of this address's family, to be bound, for datagrams of at most {@code size} octets.
     */
    public Bootstrap datagrams(EventLoop loop, InetAddress address, int size, ChannelHandler handler) {
        SocketProtocolFamily family = family(address);
        return datagrams(loop, size, handler).channelFactory(() -> new EpollDatagramChannel(family));
    }

    private Bootstrap datagrams(EventLoop loop, int size, ChannelHandler handler) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(size))
                .handler(handler);
        return mark == 0 ? bootstrap : bootstrap.option(MARK, mark);
    }

    private static AdaptiveRecvByteBufAllocator reads() {
        return new AdaptiveRecvByteBufAllocator(READ_MIN, READ_MIN, READ_MAX);
    }

    private static SocketProtocolFamily family(InetAddress address) {
        return address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    }
}
