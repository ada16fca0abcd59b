package dev.weft.cli.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ScrapeEndpointTest {

    private static HttpResponse<String> get(ScrapeEndpoint endpoint, String path)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + endpoint.address().getPort() + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void answersInTheFormatThatIsAskedFor() throws Exception {
        try (ScrapeEndpoint endpoint = ScrapeEndpoint.start(
                        anyPort(), () -> "# TYPE weft_things_total counter\nweft_things_total 1\n");
                HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + endpoint.address().getPort() + "/metrics");
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(uri)
                            .header("Accept", "application/openmetrics-text; version=1.0.0, text/plain;q=0.1")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.body()).isEqualTo("# TYPE weft_things counter\nweft_things_total 1\n# EOF\n");
            assertThat(response.headers().firstValue("content-type"))
                    .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
        }
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Test
    void asksAnewAtEachScrape() throws Exception {
        AtomicInteger scrapes = new AtomicInteger();
        try (ScrapeEndpoint endpoint =
                ScrapeEndpoint.start(anyPort(), () -> "weft_scrapes " + scrapes.incrementAndGet() + "\n")) {
            assertThat(get(endpoint, "/metrics").body()).isEqualTo("weft_scrapes 1\n");
            HttpResponse<String> second = get(endpoint, "/metrics");
            assertThat(second.body()).isEqualTo("weft_scrapes 2\n");
            assertThat(second.headers().firstValue("content-type"))
                    .hasValue("text/plain; version=0.0.4; charset=utf-8");
            assertThat(get(endpoint, "/").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aScrapeThatFailsIsNotTakenForAnEmptyOne() throws Exception {
        try (ScrapeEndpoint endpoint = ScrapeEndpoint.start(anyPort(), () -> {
            throw new IOException("mesh m is not running");
        })) {
            assertThat(get(endpoint, "/metrics").statusCode()).isEqualTo(503);
            assertThat(get(endpoint, "/metrics").body()).isEqualTo("mesh m is not running\n");
        }
    }
}
