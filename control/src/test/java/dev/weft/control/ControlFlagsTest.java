package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.federation.FederationSettings;
import dev.weft.daemon.settings.InvalidSettingsException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ControlFlagsTest {

    @Test
    void readsAllFlags() {
        ControlSettings settings = parse(
                "--registry=b.yaml",
                "--trust-domain",
                "a.example",
                "--listen",
                "[::1]:0",
                "--leaf-lifetime",
                "1h30m",
                "--audit-log",
                "audit",
                "--log-level",
                "debug");
        assertThat(settings.registry()).containsExactly(Path.of("a.yaml"), Path.of("b.yaml"));
        assertThat(settings.trustDomain().name()).isEqualTo("a.example");
        assertThat(settings.listen().getAddress().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(settings.leafLifetime()).isEqualTo(Duration.ofMinutes(90));
        assertThat(settings.auditLog()).contains(Path.of("audit"));
        assertThat(settings.logLevel()).isEqualTo("debug");
    }

    @Test
    void hasDefaults() {
        ControlSettings settings = parse();
        assertThat(settings.listen().getPort()).isEqualTo(15012);
        assertThat(settings.adminAddress().getAddress().isLoopbackAddress()).isTrue();
        assertThat(settings.leafLifetime()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.trustDomain().name()).isEqualTo("cluster.local");
    }

    @Test
    void readsDurations() {
        assertThat(parse("--leaf-lifetime", "1m").leafLifetime()).isEqualTo(Duration.ofMinutes(1));
        assertThat(parse("--leaf-lifetime", "2d").leafLifetime()).isEqualTo(Duration.ofDays(2));
        assertThat(parse("--leaf-lifetime", "1d12h").leafLifetime()).isEqualTo(Duration.ofHours(36));
    }

    @Test
    void suggestsTheFlagThatWasMeant() {
        assertThatThrownBy(() -> parse("--trust-domian", "x"))
                .hasMessageContaining("did you mean --trust-domain?")
                .isInstanceOf(InvalidSettingsException.class);
        assertThatThrownBy(() -> parse("--something-else", "x")).hasMessageNotContaining("did you mean");
    }

    @Test
    void refusesWhatItCannotUse() {
        assertThatThrownBy(() -> parse("stray")).hasMessageContaining("stray");
        assertThatThrownBy(() -> parse("--listen")).hasMessageContaining("lacks its value");
        assertThatThrownBy(() -> parse("--listen", "1.2.3.4:1", "--listen", "1.2.3.4:2"))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> parse("--listen", "15012")).hasMessageContaining("host:port");
        assertThatThrownBy(() -> parse("--listen", "1.2.3.4:70000")).hasMessageContaining("0-65535");
        assertThatThrownBy(() -> parse("--leaf-lifetime", "soon")).hasMessageContaining("soon");
        assertThatThrownBy(() -> parse("--trust-domain", "a b")).hasMessageContaining("--trust-domain");
        assertThatThrownBy(() -> parse("--log-level", "loud")).hasMessageContaining("loud");
        assertThatThrownBy(() -> ControlFlags.OVER_FILES.read(List.of("--registry", "a")))
                .hasMessageContaining("--state-dir");
        assertThatThrownBy(() -> ControlFlags.OVER_FILES.read(List.of("--state-dir", "a")))
                .hasMessageContaining("--registry");
    }

    @Test
    void readsHowTheBundleIsServed() {
        assertThat(parse().federation()).isEqualTo(FederationSettings.OFF);
        FederationSettings served = parse(
                        "--bundle-endpoint=127.0.0.1:8443",
                        "--bundle-endpoint-certificate=c.pem",
                        "--bundle-endpoint-key=k.pem",
                        "--bundle-refresh-hint=5m")
                .federation();
        assertThat(served.endpoint()).contains(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8443));
        assertThat(served.web()).contains(new FederationSettings.WebCertificate(Path.of("c.pem"), Path.of("k.pem")));
        assertThat(served.refreshHint()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void refusesABundleEndpointThatCannotBe() {
        assertThatThrownBy(() -> parse("--bundle-endpoint=8443")).hasMessageContaining("host:port");
        assertThatThrownBy(() -> parse("--bundle-endpoint=127.0.0.1:1", "--bundle-endpoint-key=k.pem"))
                .hasMessageContaining("belong together");
        assertThatThrownBy(() -> parse("--bundle-endpoint-certificate=c.pem", "--bundle-endpoint-key=k.pem"))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("no address for it");
        for (String hint : new String[] {"4s", "7h", "5.5s"}) {
            assertThatThrownBy(() -> parse("--bundle-refresh-hint=" + hint))
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessageContaining("expected: 5s to 6h");
        }
    }

    @Test
    void namesEveryFlagInItsHelp() {
        assertThat(ControlFlags.OVER_FILES.help())
                .contains("--registry PATH", "--state-dir DIR", "(default: 24h)", "--admin-address HOST:PORT");
    }

    private static ControlSettings parse(String... more) {
        List<String> arguments = new ArrayList<>(List.of("--registry", "a.yaml", "--state-dir", "state"));
        arguments.addAll(List.of(more));
        return ControlFlags.OVER_FILES.read(arguments);
    }
}
