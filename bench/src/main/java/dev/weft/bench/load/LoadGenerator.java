package dev.weft.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Executes commands one after another on one event loop. Open connections stay open between commands. */
final class LoadGenerator implements AutoCloseable {
    /** Additional time that a command may take until the last answers arrive. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(2);
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final EventLoop loop = group.next();

    // Owned by the event loop.
    private final Map<String, ResponseShape> shapes = new HashMap<>();
    private final Map<String, ByteBuf> requests = new HashMap<>();
    private final Set<HttpConnection> open = new LinkedHashSet<>();
    private String openPath = "/";
    private @Nullable Load current;

    /**
     * Executes a command, and waits for its end.
     *
     * @throws IllegalStateException if it failed or did not end
     */
    LoadResult run(LoadCommand command) throws InterruptedException {
        CompletableFuture<LoadResult> result =
                CompletableFuture.supplyAsync(() -> start(command), loop).thenCompose(Load::result);
        try {
            return result.get(limit(command).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new IllegalStateException("not ended within " + limit(command).toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        }
    }

    private static Duration limit(LoadCommand command) {
        return switch (command) {
            case LoadCommand.Saturate(Duration time) -> time.plus(GRACE);
            case LoadCommand.Rate(int _, Duration time) -> time.plus(GRACE);
            case LoadCommand.Connect connect -> connect.time().plus(GRACE);
            case LoadCommand.Open _, LoadCommand.Close _ -> GRACE;
            case LoadCommand.Download _ -> DOWNLOAD_LIMIT;
        };
    }

    private Load start(LoadCommand command) {
        Load load = load(command);
        current = load;
        load.begin();
        return load;
    }

    private Load load(LoadCommand command) {
        return switch (command) {
            case LoadCommand.Open(String host, int port, int connections, String path) -> {
                openPath = path;
                forgetShapes();
                yield new OpeningLoad(this, new InetSocketAddress(host, port), connections, path);
            }
            case LoadCommand.Saturate(Duration time) -> new SaturatingLoad(this, time, openPath);
            case LoadCommand.Rate(int perSecond, Duration time) -> new ScheduledLoad(this, perSecond, time, openPath);
            case LoadCommand.Download(String path) -> new SaturatingLoad(this, Duration.ZERO, path);
            case LoadCommand.Connect(String host, int port, int parallel, String path, Duration time) -> {
                forgetShapes();
                yield new ConnectingLoad(this, new InetSocketAddress(host, port), parallel, path, time);
            }
            case LoadCommand.Close _ -> new ClosingLoad(this);
        };
    }

    /** Forgets the shapes of answers, because another proxy may add other headers. */
    private void forgetShapes() {
        shapes.clear();
    }

    /** Returns the open connections, of which there must be at least one. */
    List<HttpConnection> requireOpen() {
        if (open.isEmpty()) {
            throw new IllegalStateException("no connection is open (expected: open before)");
        }
        return List.copyOf(open);
    }

    Set<HttpConnection> openConnections() {
        return open;
    }

    EventLoop loop() {
        return loop;
    }

    ResponseShape shape(String path) {
        return shapes.computeIfAbsent(path, _ -> new ResponseShape());
    }

    /** Returns the request for a path, to be sent as duplicates. It belongs to the generator. */
    ByteBuf request(String path) {
        return requests.computeIfAbsent(path, LoadGenerator::write);
    }

    private static ByteBuf write(String path) {
        String text = "GET " + path + " HTTP/1.1\r\nHost: server.bench\r\n\r\n";
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly();
    }

    /** Opens a connection. Its events go to the load that is current when they happen. */
    HttpConnection connect(InetSocketAddress address) {
        HttpConnection connection = new HttpConnection(new CurrentLoad());
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(connection);
                    }
                })
                .connect(address);
        connecting.addListener(_ -> {
            if (!connecting.isSuccess()) {
                new CurrentLoad().onGone(connection, String.valueOf(connecting.cause()));
            }
        });
        return connection;
    }

    private Load current() {
        return Objects.requireNonNull(current, "a connection before the first command");
    }

    private final class CurrentLoad implements HttpConnection.Listener {
        @Override
        public void onOpen(HttpConnection connection) {
            current().onOpen(connection);
        }

        @Override
        public void onAnswer(HttpConnection connection, long dueNanos, long bytes) {
            current().answered(connection, dueNanos, bytes);
        }

        @Override
        public void onGone(HttpConnection connection, @Nullable String reason) {
            open.remove(connection);
            current().gone(connection, reason);
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        // The loop has ended, so this thread may use its data.
        requests.values().forEach(ByteBuf::release);
        requests.clear();
    }
}
