package dev.weft.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.metrics.MetricsFormat;
import dev.weft.daemon.metrics.ProcessMetrics;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.testing.OpenMetricsRules;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SidecarMetricsTest {
    private final SidecarMetrics metrics = new SidecarMetrics();

    @Test
    void countersBeginAtZeroWhereTheirLabelsAreKnown() {
        assertThat(metrics.text())
                .contains("\nweft_sessions_opened_total{direction=\"inbound\"} 0\n")
                .contains("\nweft_session_bytes_total{direction=\"outbound\",flow=\"in\"} 0\n")
                .contains("\nweft_tunnels_opened_total{side=\"server\"} 0\n")
                .contains("\nweft_limits_hit_total{limit=\"sessions\"} 0\n")
                .contains("\nweft_session_duration_seconds_count{direction=\"outbound\"} 0\n");
    }

    @Test
    void bucketsOfTheHistogramHoldAllThatIsShorter() {
        for (long millis : List.of(3L, 5L, 30L, 4_000_000L)) {
            metrics.sessionClosed(
                    "inbound",
                    "allowed",
                    SidecarMetrics.NO_PLAINTEXT,
                    "none",
                    0,
                    0,
                    TimeUnit.MILLISECONDS.toNanos(millis));
        }
        assertThat(metrics.text())
                .contains("# TYPE weft_session_duration_seconds histogram\n")
                .contains("_bucket{direction=\"inbound\",le=\"0.005\"} 2\n")
                .contains("_bucket{direction=\"inbound\",le=\"0.025\"} 2\n")
                .contains("_bucket{direction=\"inbound\",le=\"0.1\"} 3\n")
                .contains("_bucket{direction=\"inbound\",le=\"3600\"} 3\n")
                .contains("_bucket{direction=\"inbound\",le=\"+Inf\"} 4\n")
                .contains("_sum{direction=\"inbound\"} 4000.038\n")
                .contains("_count{direction=\"inbound\"} 4\n");
    }

    @Test
    void aParserOfOpenMetricsFindsNothingWrong() {
        metrics.sessionClosed(
                "inbound", "allowed", SidecarMetrics.NO_PLAINTEXT, "none", 0, 0, TimeUnit.MILLISECONDS.toNanos(1));
        ProcessMetrics.register(metrics.registry(), "1");
        assertThat(OpenMetricsRules.problems(MetricsFormat.OPEN_METRICS.of(metrics.text())))
                .isEmpty();
    }

    @Test
    void requestsCountForTheirPeerTheirStatusAndTheirPolicy() {
        Decision allowed = new Decision(Outcome.ALLOW, Code.ALLOWED, "shop/yes", "", List.of());
        Decision denied = new Decision(Outcome.DENY, Code.DENIED, "shop/no", "not you", List.of());
        for (int i = 0; i < 2; i++) {
            metrics.requestEnded("web", "http/1.1", request(200, allowed));
            metrics.requestEnded("batch", "http/1.1", request(204, allowed));
        }
        metrics.requestEnded("batch", "http/1.1", request(403, denied));

        assertThat(metrics.text())
                .contains("\nweft_requests_total{protocol=\"http/1.1\",status=\"2xx\",decision=\"allow\"} 4\n")
                .contains("{peer=\"web\",protocol=\"http/1.1\",status=\"2xx\",decision=\"allow\"} 2\n")
                .contains("{peer=\"batch\",protocol=\"http/1.1\",status=\"2xx\",decision=\"allow\"} 2\n")
                .contains("{peer=\"batch\",protocol=\"http/1.1\",status=\"4xx\",decision=\"deny\"} 1\n")
                .contains("{about=\"request\",policy=\"shop/yes\",decision=\"allow\"} 4\n")
                .contains("{about=\"request\",policy=\"shop/no\",decision=\"deny\"} 1\n")
                .contains("\nweft_request_bytes_total{flow=\"in\"} 50\n")
                .contains("\nweft_request_bytes_total{flow=\"out\"} 100\n")
                .contains("\nweft_request_duration_seconds_count{peer=\"web\",protocol=\"http/1.1\"} 2\n")
                .contains("\nweft_request_duration_seconds_count{peer=\"batch\",protocol=\"http/1.1\"} 3\n");
    }

    /** Each series has a line for every bucket, and callers of other trust domains choose their names. */
    @Test
    void durationsByCallerAreBoundedWhoeverCalls() {
        Decision allowed = new Decision(Outcome.ALLOW, Code.ALLOWED, "shop/yes", "", List.of());
        PeerNames peers = new PeerNames();
        List<String> protocols = List.of("grpc", "http/1.1", "http/2");
        metrics.requestEnded("x".repeat(PeerDurations.MAX_NAME + 1), "grpc", request(200, allowed));
        int callers = PeerNames.MAX_NAMES + 50;
        for (int i = 0; i < callers; i++) {
            String peer = peers.label(SpiffeId.parse("spiffe://b.example/" + i));
            protocols.forEach(protocol -> metrics.requestEnded(peer, protocol, request(200, allowed)));
        }
        List<String> counts = metrics.text()
                .lines()
                .filter(line -> line.startsWith("weft_request_duration_seconds_count"))
                .toList();
        assertThat(counts).hasSize(PeerDurations.MAX_SERIES + protocols.size());
        assertThat(counts.stream()
                        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum())
                .as("each request counts once")
                .isEqualTo(3L * callers + 1);
        assertThat(counts).filteredOn(line -> line.contains("peer=\"other\"")).hasSize(protocols.size());
        assertThat(counts).noneMatch(line -> line.contains("xxx"));
    }

    private static RequestRecord request(int status, Decision decision) {
        return new RequestRecord(
                "GET", "/", "api", status, RequestRecord.NO_GRPC_STATUS, 10, 20, Duration.ofMillis(1), decision, true);
    }

    /** A moment's name ends in _timestamp_seconds, a counter's in _total, and nothing else's does. */
    @Test
    void namesSayWhatAMetricIs() {
        ProcessMetrics.register(metrics.registry(), "1");
        metrics.text().lines().filter(line -> line.startsWith("# TYPE ")).forEach(line -> {
            String[] words = line.split(" ", -1);
            assertThat(words[2].endsWith("_total")).as(line).isEqualTo(words[3].equals("counter"));
        });
    }
}
