package dev.weft.proxy.control;

import dev.weft.api.v1.RefusedCall;
import dev.weft.daemon.tls.RejectedSvidException;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.svid.SvidProfile;
import dev.weft.identity.svid.SvidViolationException;
import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections to the control plane, and hands them out once the control plane has proven its identity.
 *
 * @param mostSilence longest time without data on a connection, not even answers to pings, before it is closed
 */
record ControlConnector(EventLoop loop, ControlTarget target, Duration mostSilence) {
    private static final Logger LOG = LoggerFactory.getLogger(ControlConnector.class);

    /** Error code (docs/errors.md): the server that answers is not the expected control plane. */
    static final String STRANGER = "WEFT-D035";

    private static final Set<Rule> OF_ANOTHER_MESH = EnumSet.of(Rule.NO_ANCHOR, Rule.BAD_SIGNATURE);

    private static final int CONNECT_MILLIS = 5_000;
    private static final int HANDSHAKE_MILLIS = 10_000;
    // A control plane that vanished without notice is detected after 10 + 4 * 5 s.
    private static final int KEEPALIVE_IDLE_SECONDS = 10;
    private static final int KEEPALIVE_INTERVAL_SECONDS = 5;
    private static final int KEEPALIVE_PROBES = 4;
    private static final int UNANSWERED_MILLIS = 30_000;
    /** SOL_SOCKET, SO_MARK of Linux. */
    private static final ChannelOption<Integer> SO_MARK = new IntegerUnixChannelOption("SO_MARK", 1, 36);

    /**
     * Opens a connection. Must be called on the event loop, so that what depends on the result happens there, too. The
     * result completes there, with a connection that can open a stream, or exceptionally with an RpcException.
     */
    CompletableFuture<Http2Connection> connect(SslContext tls) {
        CompletableFuture<Http2Connection> result = new CompletableFuture<>();
        // Names are resolved off the event loop: the system's resolver blocks.
        Thread _ = Thread.startVirtualThread(() -> {
            InetSocketAddress address = new InetSocketAddress(target.host(), target.port());
            try {
                loop.execute(() -> connect(tls, address, result));
            } catch (RejectedExecutionException e) {
                result.completeExceptionally(unavailable("the proxy stops", e));
            }
        });
        return result;
    }

    private void connect(SslContext tls, InetSocketAddress address, CompletableFuture<Http2Connection> result) {
        if (address.isUnresolved()) {
            result.completeExceptionally(unavailable("its name is not known", null));
            return;
        }
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS)
                .option(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS)
                .option(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES)
                .option(EpollChannelOption.TCP_USER_TIMEOUT, UNANSWERED_MILLIS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        initialise(channel, tls, result);
                    }
                });
        if (target.mark() != 0) {
            bootstrap.option(SO_MARK, target.mark());
        }
        var _ = bootstrap.connect(address).addListener(connected -> {
            if (!connected.isSuccess()) {
                result.completeExceptionally(unavailable("no connection", connected.cause()));
            }
        });
    }

    private void initialise(Channel channel, SslContext tls, CompletableFuture<Http2Connection> result) {
        // Reports the close last, after any other handler that knows a better reason.
        var _ = channel.closeFuture()
                .addListener(_ -> loop.execute(
                        () -> result.completeExceptionally(unavailable("the connection was closed", null))));
        SslHandler ssl = tls.newHandler(channel.alloc());
        ssl.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
        Http2Connection connection = Http2Connection.client(Http2Settings.DEFAULTS, new Failing(result));
        channel.pipeline().addLast(new Silence(connection), ssl, connection);
        var _ = ssl.handshakeFuture().addListener(handshake -> {
            if (!handshake.isSuccess()) {
                result.completeExceptionally(unavailable("no TLS handshake", handshake.cause()));
                return;
            }
            @Nullable RpcException wrong = check(ssl);
            if (wrong == null) {
                result.complete(connection);
            } else {
                connection.close(ErrorCode.INADEQUATE_SECURITY);
                result.completeExceptionally(wrong);
            }
        });
    }

    /** Returns what is wrong with the peer, or null. */
    private @Nullable RpcException check(SslHandler ssl) {
        if (!"h2".equals(ssl.applicationProtocol())) {
            return unproven("speaks " + ssl.applicationProtocol() + " (expected: h2)", false);
        }
        try {
            if (ssl.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate leaf) {
                SpiffeId peer = SvidProfile.checkLeaf(leaf);
                return peer.equals(target.identity())
                        ? null
                        : unproven("is " + peer + " (expected: " + target.identity() + ")", true);
            }
            return unproven("has no X.509 certificate", false);
        } catch (SSLPeerUnverifiedException | SvidViolationException e) {
            return unproven("has no identity: " + e.getMessage(), false);
        }
    }

    private RpcException unproven(String wrong, boolean stranger) {
        String reason = "control plane " + target + ": " + wrong;
        return new RpcException(
                RpcException.Code.UNAUTHENTICATED,
                reason,
                Optional.empty(),
                stranger ? Optional.of(stranger(reason)) : Optional.empty());
    }

    /** The refusal for a peer that is not the expected one; another attempt does not change that. */
    private static RefusedCall stranger(String reason) {
        return RefusedCall.newBuilder()
                .setCode(STRANGER)
                .setWhat(reason)
                .setLasts(true)
                .build();
    }

    private RpcException unavailable(String what, @Nullable Throwable cause) {
        String reason = "control plane " + target + ": " + what;
        if (cause == null) {
            return new RpcException(RpcException.Code.UNAVAILABLE, reason);
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        reason += ": " + root.getMessage();
        RpcException failure = new RpcException(
                RpcException.Code.UNAVAILABLE,
                reason,
                Optional.empty(),
                root instanceof RejectedSvidException svid && OF_ANOTHER_MESH.contains(svid.rule())
                        ? Optional.of(stranger(reason))
                        : Optional.empty());
        failure.initCause(cause);
        return failure;
    }

    /**
     * Closes a connection on which no data arrives. A control plane that only listens sends nothing by itself, because
     * gRPC's pings are for a silent client. So this side pings before it gives up.
     */
    private final class Silence extends IdleStateHandler {
        private static final int PARTS = 3;

        private final Http2Connection connection;
        private int silentParts;

        Silence(Http2Connection connection) {
            super(mostSilence.toMillis() / PARTS, 0, 0, TimeUnit.MILLISECONDS);
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            silentParts = 0;
            super.channelRead(context, message);
        }

        @Override
        protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
            silentParts++;
            if (silentParts < PARTS) {
                connection.ping();
                return;
            }
            LOG.warn(
                    "The control plane at {} has sent nothing for {} s, not even the answer to a ping: the sidecar connects again",
                    target,
                    mostSilence.toSeconds());
            ChannelFuture _ = context.close();
        }
    }

    /** Reports a connection that never came up. After that, each stream is called when the connection ends. */
    private record Failing(CompletableFuture<Http2Connection> result) implements ConnectionListener {

        @Override
        public void onClosed(Http2Connection connection, @Nullable Throwable cause) {
            String why = cause == null ? "closed" : String.valueOf(cause.getMessage());
            result.completeExceptionally(
                    new RpcException(RpcException.Code.UNAVAILABLE, "connection to the control plane: " + why));
        }
    }
}
