package dev.weft.bench.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BenchSettingsTest {
    @Test
    void defaultsCompareAllFourWithSixSlices() {
        BenchSettings settings = BenchSettings.parse(List.of());

        assertThat(settings.pairs()).containsExactly("haproxy", "nginx", "stunnel", "weft");
        assertThat(settings.cleanSlices()).isEqualTo(6);
        assertThat(settings.coldTime()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void optionsChangeWhatIsMeasured() {
        BenchSettings settings = BenchSettings.parse(
                List.of("--quick", "--pairs", "haproxy,weft", "--no-cold", "--slices", "4", "--rate", "100"));

        assertThat(settings.pairs()).containsExactly("haproxy", "weft");
        assertThat(settings.coldWorkloads()).isEmpty();
        assertThat(settings.cleanSlices()).isEqualTo(4);
        assertThat(settings.rate()).isEqualTo(100);
        assertThat(settings.bulkBytes()).isEqualTo(256L << 20);
    }

    @Test
    void coldFiguresAreThoseOfTheWorkloadsChosen() {
        BenchSettings settings = BenchSettings.parse(List.of("--quick", "--workloads", "bulk,keep-alive"));

        assertThat(settings.workloads()).containsExactly(Workload.BULK, Workload.KEEP_ALIVE);
        assertThat(settings.coldWorkloads()).containsExactly(Workload.KEEP_ALIVE);
    }

    @Test
    void requestsAreComparedWithTheRelayAndWithProxiesOfHttp() {
        BenchSettings settings = BenchSettings.parse(List.of("--http"));

        assertThat(settings.pairs()).containsExactly("weft", "weft-http", "haproxy-http", "nginx-http");
        assertThat(settings.workloads()).contains(Workload.HTTP2, Workload.GRPC);
        assertThat(settings.coldWorkloads()).isEmpty();
        assertThat(settings.footprint()).isFalse();
        assertThat(BenchSettings.parse(List.of("--rules")).pairs())
                .containsExactly("weft-http", "weft-100-rules", "weft-10000-rules");
    }

    @Test
    void withoutHttpNoWorkloadNeedsIt() {
        assertThat(BenchSettings.parse(List.of()).workloads()).noneMatch(Workload::overHttp2);
    }

    @Test
    void unknownAndBrokenOptionsAreRefused() {
        assertThatThrownBy(() -> BenchSettings.parse(List.of("--fast"))).hasMessageContaining("--fast: unknown");
        assertThatThrownBy(() -> BenchSettings.parse(List.of("--workloads", "bulk,huge")))
                .hasMessageContaining("--workloads: huge (expected: keep-alive");
        assertThatThrownBy(() -> BenchSettings.parse(List.of("--http", "--rules")))
                .hasMessageContaining("expected: one of them");
        assertThatThrownBy(() -> BenchSettings.parse(List.of("--slices"))).hasMessageContaining("expected: a value");
        assertThatThrownBy(() -> BenchSettings.parse(List.of("--slices", "many")))
                .hasMessage("--slices: many (expected: a number)");
    }
}
