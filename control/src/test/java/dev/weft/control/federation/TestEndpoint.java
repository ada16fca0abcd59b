package dev.weft.control.federation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.weft.control.tls.EndpointTls;
import dev.weft.control.tls.ReplaceableCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An endpoint of another implementation, which answers what the test wants. */
final class TestEndpoint implements AutoCloseable {

    private final HttpsServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile HttpHandler handler;

    private TestEndpoint(ReplaceableCertificate shown, HttpHandler handler) throws IOException {
        this.handler = handler;
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        server.setHttpsConfigurator(new HttpsConfigurator(EndpointTls.context(shown, null)));
        server.setExecutor(executor);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            this.handler.handle(exchange);
        });
        server.start();
    }

    static TestEndpoint serving(ReplaceableCertificate shown, String document) throws IOException {
        return new TestEndpoint(shown, answer(200, document));
    }

    static TestEndpoint redirecting(ReplaceableCertificate shown, int status, String location) throws IOException {
        return new TestEndpoint(shown, exchange -> {
            exchange.getResponseHeaders().set("Location", location);
            answer(status, "").handle(exchange);
        });
    }

    private static HttpHandler answer(int status, String body) {
        return exchange -> write(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    void serve(String document) {
        handler = answer(200, document);
    }

    void fail(int status) {
        handler = answer(status, "no");
    }

    void handle(HttpHandler other) {
        handler = other;
    }

    /** By name, as certificates of the web have it. */
    URI url() {
        return URI.create("https://localhost:" + server.getAddress().getPort() + "/");
    }

    int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
