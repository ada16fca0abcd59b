package dev.weft.control.tls;

import dev.weft.daemon.http.RequestHead;
import dev.weft.daemon.listen.Network;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for HTTPS clients, which may be anyone. Each connection gets a virtual thread and may send one request,
 * within a few seconds. The connections of one client are limited.
 */
public final class HttpsListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpsListener.class);
    private static final int BACKLOG = 128;
    private static final Duration PAUSE_WHEN_ACCEPT_FAILS = Duration.ofMillis(200);

    /**
     * Limits of the listener.
     *
     * @param connections most open connections; further ones are closed without an answer
     * @param fromOneClient most of them from one client, so that it cannot shut out the others
     * @param client what counts as one client: {@link Network#of} where clients come from anywhere, each address where
     *     clients of one IPv6 network must not shut out one another
     * @param givesWay whether a further connection may replace one whose request is not read yet, of the client with
     *     the most connections, if its own client has fewer
     * @param whole a connection ends after this time, whatever it does
     * @param head part of that time until the head of the request is read
     * @param body part of that time for the rest of the request
     */
    public record Limits(
            int connections,
            int fromOneClient,
            Function<InetAddress, Network> client,
            boolean givesWay,
            Duration whole,
            Duration head,
            Duration body) {}

    /** Handles one request of a connection. */
    @FunctionalInterface
    public interface Exchange {
        /**
         * Reads a request and answers it.
         *
         * @param in allows the head to be pushed back
         * @return the result, one word for the metric
         * @throws IOException if the connection ends before
         */
        String serve(PushbackInputStream in, OutputStream out, HttpsConnection peer) throws IOException;
    }

    private final String name;
    private final ServerSocket listener;
    private final SSLContext tls;
    private final Limits limits;
    private final Exchange exchange;
    private final Consumer<String> results;
    private final Set<HttpsConnection> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledThreadPoolExecutor deadlines;

    private HttpsListener(
            String name,
            ServerSocket listener,
            SSLContext tls,
            Limits limits,
            Exchange exchange,
            Consumer<String> results) {
        this.name = name;
        this.listener = listener;
        this.tls = tls;
        this.limits = limits;
        this.exchange = exchange;
        this.results = results;
        this.deadlines = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name(name + " deadlines").factory());
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /**
     * Starts to listen.
     *
     * @param name for messages
     * @param keys the certificate and key that the listener shows
     * @param results counts the result of each connection: that of the exchange, or {@code too_many}, {@code no_tls},
     *     {@code broken} and {@code failed}
     * @throws IOException if the address cannot be listened on
     */
    public static HttpsListener start(
            String name,
            InetSocketAddress listen,
            KeyManager keys,
            Limits limits,
            Exchange exchange,
            Consumer<String> results)
            throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(listen, BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw new IOException(name + ": cannot listen on " + listen + ": " + e.getMessage(), e);
        }
        HttpsListener server =
                new HttpsListener(name, listener, EndpointTls.context(keys, null), limits, exchange, results);
        server.connections.execute(server::accept);
        return server;
    }

    /** Returns the port of the listener. */
    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        for (long number = 0; !listener.isClosed(); number++) {
            try {
                Socket socket = listener.accept();
                if (makeRoom(limits.client().apply(socket.getInetAddress()))) {
                    begin(socket, number);
                } else {
                    results.accept("too_many");
                    socket.close();
                }
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.atWarn().setCause(e).log("{}: a connection cannot be accepted", name);
                    LockSupport.parkNanos(PAUSE_WHEN_ACCEPT_FAILS.toNanos());
                }
            }
        }
    }

    private void begin(Socket socket, long number) throws IOException {
        try {
            HttpsConnection connection = new HttpsConnection(socket, number, limits, deadlines);
            open.add(connection);
            connections.execute(() -> serve(connection));
        } catch (RejectedExecutionException _) {
            // Closed in the meantime; close() may have run before this connection was added.
            socket.close();
        }
    }

    /** Makes room for one more connection of the client; returns whether there is room. */
    private boolean makeRoom(Network client) {
        Map<Network, Long> held =
                open.stream().collect(Collectors.groupingBy(HttpsConnection::client, Collectors.counting()));
        long own = held.getOrDefault(client, 0L);
        if (own >= limits.fromOneClient() || open.size() < limits.connections() || !limits.givesWay()) {
            return own < limits.fromOneClient() && open.size() < limits.connections();
        }
        Comparator<HttpsConnection> most =
                Comparator.comparingLong(connection -> held.getOrDefault(connection.client(), 0L));
        Optional<HttpsConnection> gives = open.stream()
                .filter(HttpsConnection::isAwaited)
                .filter(connection -> held.getOrDefault(connection.client(), 0L) > own + 1)
                .min(most.reversed().thenComparingLong(HttpsConnection::number));
        gives.ifPresent(connection -> {
            open.remove(connection);
            connection.end();
        });
        return gives.isPresent();
    }

    private void serve(HttpsConnection connection) {
        connection.onThread(Thread.currentThread());
        Socket raw = connection.socket();
        try {
            raw.setTcpNoDelay(true);
            try (SSLSocket socket = EndpointTls.accept(tls, raw)) {
                PushbackInputStream in = new PushbackInputStream(socket.getInputStream(), RequestHead.MAX_BYTES);
                results.accept(exchange.serve(in, socket.getOutputStream(), connection));
            }
        } catch (SSLException e) {
            results.accept("no_tls");
            LOG.atDebug().setCause(e).log("{}: no TLS with a client", name);
        } catch (IOException e) {
            results.accept("broken");
            LOG.atDebug().setCause(e).log("{}: a connection broke", name);
        } catch (RuntimeException e) {
            results.accept("failed");
            LOG.atError().setCause(e).log("{}: a request failed", name);
        } finally {
            connection.close();
            open.remove(connection);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException _) {
            // Nothing to do: the process ends, or a test.
        }
        open.forEach(HttpsConnection::end);
        deadlines.shutdownNow();
        connections.shutdownNow();
    }
}
