package dev.weft.control.federation;

import dev.weft.control.tls.EndpointTls;
import dev.weft.daemon.http.RequestHead;
import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.bundle.SpiffeBundles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundle endpoint (SPIFFE Federation section 5): one answer per connection, to anybody, within a few seconds. It is
 * open to whoever reaches it, so it does nothing but this: no client certificates (FE-05), no keep-alive, no bodies.
 */
final class BundleServer implements AutoCloseable {

    /** Connections open at once; those beyond are closed without an answer. */
    static final int MAX_CONNECTIONS = 128;

    /** Of them from one address, so that one client cannot shut out the others. */
    static final int MAX_FROM_ONE_ADDRESS = 16;

    /** A connection is closed after this time, whatever it does. */
    static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(BundleServer.class);
    private static final int BACKLOG = 64;
    private static final Duration PAUSE_WHEN_ACCEPT_FAILS = Duration.ofMillis(200);

    private final ServerSocket listener;
    private final SSLContext tls;
    private final PublishedBundle bundle;
    private final Consumer<InetAddress> onFetch;
    private final Counter requests;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("bundle-endpoint").factory());

    private BundleServer(
            ServerSocket listener,
            SSLContext tls,
            PublishedBundle bundle,
            Consumer<InetAddress> onFetch,
            Metrics metrics) {
        this.listener = listener;
        this.tls = tls;
        this.bundle = bundle;
        this.onFetch = onFetch;
        this.requests = metrics.counter(
                "weft_control_bundle_endpoint_requests_total",
                "Connections to the bundle endpoint, by what came of them.",
                "result");
    }

    /**
     * Listens.
     *
     * @param keys what it shows of itself
     * @param onFetch told after each answer with the bundle who asked
     * @throws IOException if the address cannot be listened on
     */
    static BundleServer start(
            InetSocketAddress listen,
            KeyManager keys,
            PublishedBundle bundle,
            Consumer<InetAddress> onFetch,
            Metrics metrics)
            throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(listen, BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw new IOException("bundle endpoint: cannot listen on " + listen + ": " + e.getMessage(), e);
        }
        BundleServer endpoint = new BundleServer(listener, EndpointTls.context(keys, null), bundle, onFetch, metrics);
        endpoint.connections.execute(endpoint::accept);
        return endpoint;
    }

    /** The port that it listens on. */
    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                if (open.size() >= MAX_CONNECTIONS || openFrom(socket) >= MAX_FROM_ONE_ADDRESS) {
                    requests.increment("too_many");
                    socket.close();
                } else {
                    open.add(socket);
                    connections.execute(() -> serve(socket));
                }
            } catch (RejectedExecutionException _) {
                // Closed meanwhile; close() ends the sockets that it finds, and this one may have come after.
                open.forEach(BundleServer::close);
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.atWarn().setCause(e).log("bundle endpoint cannot accept a connection");
                    pause();
                }
            }
        }
    }

    private long openFrom(Socket socket) {
        InetAddress address = socket.getInetAddress();
        return open.stream()
                .filter(other -> address.equals(other.getInetAddress()))
                .count();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_WHEN_ACCEPT_FAILS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Socket socket) {
        ScheduledFuture<?> deadline =
                deadlines.schedule(() -> close(socket), DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            requests.increment(answer(socket));
        } catch (SSLException e) {
            requests.increment("no_tls");
            LOG.atDebug().setCause(e).log("no TLS with a client of the bundle endpoint");
        } catch (IOException e) {
            requests.increment("broken");
            LOG.atDebug().setCause(e).log("connection to the bundle endpoint broke");
        } catch (RuntimeException e) {
            requests.increment("failed");
            LOG.atError().setCause(e).log("bundle endpoint failed");
        } finally {
            deadline.cancel(false);
            close(socket);
            open.remove(socket);
        }
    }

    private String answer(Socket raw) throws IOException {
        raw.setTcpNoDelay(true);
        try (SSLSocket socket = EndpointTls.accept(tls, raw)) {
            Optional<RequestHead> head = head(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            if (head.isEmpty()) {
                write(out, "400 Bad Request", "", "text/plain", "not a request of HTTP/1.1\n");
                return "bad_request";
            }
            if (!RequestHead.path(head.get().target()).equals("/")) {
                write(out, "404 Not Found", "", "text/plain", "the trust bundle is at /\n");
                return "not_found";
            }
            if (!head.get().method().equals("GET")) {
                write(out, "405 Method Not Allowed", "Allow: GET\r\n", "text/plain", "only GET\n");
                return "method_not_allowed";
            }
            write(
                    out,
                    "200 OK",
                    "Cache-Control: no-cache\r\n",
                    "application/json",
                    SpiffeBundles.encode(bundle.now()) + "\n");
            onFetch.accept(raw.getInetAddress());
            return "ok";
        }
    }

    /** The head of the request; empty if it is none, or too long. */
    private static Optional<RequestHead> head(InputStream in) throws IOException {
        byte[] bytes = new byte[RequestHead.MAX_BYTES];
        int count = 0;
        while (count < bytes.length) {
            int read = in.read(bytes, count, bytes.length - count);
            if (read < 0) {
                throw new IOException("the connection ended within a request");
            }
            count += read;
            int length = RequestHead.length(bytes, count);
            if (length >= 0) {
                return RequestHead.parse(bytes, length);
            }
        }
        return Optional.empty();
    }

    private static void write(OutputStream out, String status, String fields, String type, String text)
            throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\n" + fields + "Content-Type: " + type + "\r\nContent-Length: "
                + body.length + "\r\nConnection: close\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // It is of no more use either way.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException _) {
            // The process ends, or tests do.
        }
        open.forEach(BundleServer::close);
        deadlines.shutdownNow();
        connections.shutdownNow();
    }
}
