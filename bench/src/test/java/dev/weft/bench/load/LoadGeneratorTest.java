package dev.weft.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LoadGeneratorTest {
    private static final Duration TIME = Duration.ofMillis(200);

    private final AtomicInteger requests = new AtomicInteger();
    private final LoadGenerator generator = new LoadGenerator();
    private HttpServer server;
    private String host = "";

    LoadGeneratorTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void serve() {
        host = server.getAddress().getAddress().getHostAddress();
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            boolean missing = exchange.getRequestURI().getPath().equals("/missing");
            byte[] body = new byte[exchange.getRequestURI().getPath().equals("/large") ? 1 << 20 : 1024];
            exchange.sendResponseHeaders(missing ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        generator.close();
        server.stop(0);
    }

    @Test
    void saturatingAsksAgainWithEachAnswer() throws InterruptedException {
        assertThat(generator.run(open(4)).units()).isEqualTo(4);
        LoadResult result = generator.run(new LoadCommand.Saturate(TIME));
        generator.run(new LoadCommand.Close());

        assertThat(result.errors()).isZero();
        assertThat(result.units()).isGreaterThan(4).isEqualTo(requests.get() - 4);
        assertThat(result.bytes()).isGreaterThan(result.units() * 1024);
        assertThat(result.micros()).isGreaterThanOrEqualTo(TIME.toMillis() * 1000);
    }

    @Test
    void rateMakesExactlyTheRequestsThatWereDue() throws InterruptedException {
        generator.run(open(4));
        LoadResult result = generator.run(new LoadCommand.Rate(500, TIME));

        assertThat(result.units()).isEqualTo(100);
        assertThat(result.errors()).isZero();
        assertThat(result.p99Micros()).isGreaterThanOrEqualTo(result.p50Micros());
    }

    @Test
    void connectingMakesAConnectionPerRequest() throws InterruptedException {
        LoadResult result =
                generator.run(new LoadCommand.Connect(host, server.getAddress().getPort(), 3, "/", TIME));

        assertThat(result.errors()).isZero();
        assertThat(result.units()).isGreaterThanOrEqualTo(3).isEqualTo(requests.get());
    }

    @Test
    void downloadCountsEveryByte() throws InterruptedException {
        generator.run(open(1));
        LoadResult result = generator.run(new LoadCommand.Download("/large"));

        assertThat(result.units()).isEqualTo(1);
        assertThat(result.bytes()).isBetween((1L << 20) + 1, (1L << 20) + 1000);
    }

    @Test
    void answerThatIsNotASuccessIsAnError() {
        LoadCommand missing = new LoadCommand.Open(host, server.getAddress().getPort(), 1, "/missing");

        assertThatThrownBy(() -> generator.run(missing))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("status 4");
    }

    @Test
    void portWhereNobodyListensIsAnError() {
        int port = server.getAddress().getPort();
        server.stop(0);

        assertThatThrownBy(() -> generator.run(new LoadCommand.Open(host, port, 1, "/")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("refused");
    }

    @Test
    void loadWithoutConnectionsIsRefused() {
        assertThatThrownBy(() -> generator.run(new LoadCommand.Saturate(TIME)))
                .hasMessageContaining("no connection is open");
    }

    private LoadCommand open(int connections) {
        return new LoadCommand.Open(host, server.getAddress().getPort(), connections, "/");
    }
}
