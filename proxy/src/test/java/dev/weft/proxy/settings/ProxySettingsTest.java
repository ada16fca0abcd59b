package dev.weft.proxy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.daemon.settings.Flag;
import dev.weft.daemon.settings.InvalidSettingsException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxySettingsTest {
    private static final List<String> REQUIRED =
            List.of("--workload=shop/web", "--control-plane=control:15012", "--anchors-file=/anchors.pem");

    private static ProxySettings parse(String... more) {
        List<String> arguments = new ArrayList<>(REQUIRED);
        arguments.addAll(List.of(more));
        return ProxySettings.parse(arguments, Map.of());
    }

    @Test
    void hasDefaults() {
        ProxySettings settings = parse();
        assertThat(settings.identity()).hasToString("spiffe://cluster.local/ns/shop/sa/default");
        assertThat(settings.controlPlaneId()).hasToString("spiffe://cluster.local/ns/weft-system/sa/weft-control");
        assertThat(settings.outboundPort()).isEqualTo(15001);
        assertThat(settings.inboundPort()).isEqualTo(15006);
        assertThat(settings.tunnelPort()).isEqualTo(15008);
        assertThat(settings.mark()).isEqualTo(0x1056);
        assertThat(settings.drainGrace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.unmeshedGrace()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.peerSilence()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.http())
                .isEqualTo(new HttpSettings(
                        Duration.ofSeconds(10),
                        Duration.ofMillis(20),
                        Duration.ofMillis(300),
                        Duration.ofSeconds(3),
                        HttpConnect.REFUSE,
                        DenialReasons.IDENTIFIED,
                        new HeadLimits(32, 100)));
        assertThat(settings.accessLog()).isEmpty();
        assertThat(settings.tokenFile()).isEmpty();
        assertThat(settings.workloadTokenFile()).isEmpty();
    }

    @Test
    void takesFlagsBeforeVariables() {
        Map<String, String> environment =
                Map.of("WEFT_LOOPS", "3", "WEFT_LOG_LEVEL", "debug", "WEFT_HOME", "not a setting");
        List<String> arguments = new ArrayList<>(REQUIRED);
        arguments.addAll(List.of("--loops", "2"));
        ProxySettings settings = ProxySettings.parse(arguments, environment);
        assertThat(settings.loops()).isEqualTo(2);
        assertThat(settings.logLevel()).isEqualTo("debug");
    }

    @ParameterizedTest
    @CsvSource({
        "--workload=web, workload: web",
        "--workload=Shop/web, workload: Shop/web",
        "--workload=a/b/c, workload: a/b/c",
    })
    void refusesAWorkloadThatIsNone(String flag, String message) {
        List<String> arguments = new ArrayList<>(REQUIRED);
        arguments.set(0, flag);
        assertThatThrownBy(() -> ProxySettings.parse(arguments, Map.of()))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("expected: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--service-account=Web | service-account: Web",
                "--trust-domain=cluster/local | trust-domain",
                "--control-plane-id=https://x | control-plane-id",
                "--outbound-port=65536 | outbound-port: 65536",
                "--outbound-port=-1 | outbound-port: -1",
                "--inbound-port=http | inbound-port: http",
                "--inbound-port=70000 | inbound-port: 70000",
                "--tunnel-port=99999 | tunnel-port: 99999",
                "--inbound-port=15008 | inbound-port: 15008",
                "--inbound-port=15001 | inbound-port: 15001",
                "--outbound-port=15008 | outbound-port: 15008",
                "--admin-address=localhost:15020 | admin-address: localhost:15020",
                "--admin-address=127.0.0.1 | admin-address: 127.0.0.1",
                "--mark=many | mark: many",
                "--drain-grace=30 | drain-grace: 30",
                "--drain-grace=-1s | drain-grace: ",
                "--drain-grace=25h | drain-grace: ",
                "--unmeshed-grace=5 | unmeshed-grace: 5",
                "--unmeshed-grace=-1s | unmeshed-grace: ",
                "--unmeshed-grace=25h | unmeshed-grace: ",
                "--first-head=99ms | first-head: ",
                "--first-head=11m | first-head: ",
                "--first-head=soon | first-head: soon",
                "--detect-http=11s | detect-http: ",
                "--detect-http=never | detect-http: never",
                "--detect-declared=9ms | detect-declared: ",
                "--detect-declared=10001ms | detect-declared: ",
                "--detect-declared=300 | detect-declared: 300",
                "--http-idle=601s | http-idle: ",
                "--http-idle=-1s | http-idle: ",
                "--http-idle=long | http-idle: long",
                "--connect-timeout=99ms | connect-timeout: ",
                "--connect-timeout=61s | connect-timeout: ",
                "--connect-timeout=5 | connect-timeout: 5",
                "--http-connect=allow | http-connect: allow",
                "--http-connect=TUNNEL | http-connect: TUNNEL",
                "--denial-reasons=some | denial-reasons: some",
                "--http-head=7 | http-head: 7",
                "--http-head=257 | http-head: 257",
                "--http-head=32KiB | http-head: 32KiB",
                "--http-fields=19 | http-fields: 19",
                "--http-fields=1001 | http-fields: 1001",
                "--http-fields=many | http-fields: many",
                "--loops=0 | loops: 0",
                "--loops=257 | loops: 257",
                "--max-sessions=0 | max-sessions: 0",
                "--max-sessions=1000001 | max-sessions: 1000001",
                "--max-sessions=many | max-sessions: many",
                "--log-level=loud | log-level: loud",
                "--trace-ratio=2 | trace-ratio: 2",
                "--trace-ratio=-0.1 | trace-ratio: -0.1",
                "--trace-ratio=NaN | trace-ratio: NaN",
                "--trace-ratio=some | trace-ratio: some",
                "--otlp-endpoint=https://x:4318 | otlp-endpoint: https://x:4318",
                "--otlp-endpoint=10.0.0.7:4318 | otlp-endpoint: 10.0.0.7:4318",
                "--otlp-endpoint=http:///v1/traces | otlp-endpoint: http:///v1/traces",
                "--otlp-endpoint=http://x:70000 | otlp-endpoint: http://x:70000",
                "--otlp-endpoint=http://u@x | otlp-endpoint: http://u@x",
                "--otlp-endpoint=http://x?y | otlp-endpoint: http://x?y",
                "'--otlp-endpoint=http://x y' | otlp-endpoint: http://x y",
            })
    void refusesValuesThatNoProxyCanRunWith(String flag, String message) {
        assertThatThrownBy(() -> parse(flag))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("expected: ");
    }

    @Test
    void takesAWorkloadTokenFileAsFlagOrVariable() {
        assertThat(parse("--workload-token-file=/token").workloadTokenFile()).contains(Path.of("/token"));
        assertThat(ProxySettings.parse(REQUIRED, Map.of("WEFT_WORKLOAD_TOKEN_FILE", "/token"))
                        .workloadTokenFile())
                .contains(Path.of("/token"));
    }

    @Test
    void refusesTwoTokenFiles() {
        assertThatThrownBy(() -> parse("--token-file=/join", "--workload-token-file=/token"))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage("workload-token-file: /token (expected: not beside token-file, which is /join)");
    }

    @Test
    void refusesWhatIsMissing() {
        for (int i = 0; i < REQUIRED.size(); i++) {
            List<String> arguments = new ArrayList<>(REQUIRED);
            String key = arguments.remove(i).split("=", -1)[0];
            assertThatThrownBy(() -> ProxySettings.parse(arguments, Map.of()))
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessageContaining(key + ": missing");
        }
    }

    @Test
    void spansGoNowhereUnlessACollectorIsNamed() {
        assertThat(parse().traces().endpoint()).isEmpty();
        assertThat(parse("--otlp-endpoint=http://collector").traces().endpoint())
                .hasValue(URI.create("http://collector:4318/v1/traces"));
        assertThat(parse("--otlp-endpoint=http://[fd00::7]:80/x", "--trace-ratio=0.5")
                        .traces())
                .isEqualTo(new TraceSettings(Optional.of(URI.create("http://[fd00::7]:80/x")), 0.5));
    }

    @Test
    void refusesUnknownFlagsWithASuggestion() {
        assertThatThrownBy(() -> parse("--tunel-port=1")).hasMessageContaining("did you mean --tunnel-port?");
        assertThatThrownBy(() -> parse("--zzzzzzzzzzzzzzz=1")).hasMessageContaining("--help");
    }

    @Test
    void refusesFlagsThatAreIncompleteOrGivenTwice() {
        assertThatThrownBy(() -> parse("--loops")).hasMessageContaining("--loops: no value");
        assertThatThrownBy(() -> parse("--loops=1", "--loops=2")).hasMessageContaining("given twice");
        assertThatThrownBy(() -> parse("loops=1")).hasMessageContaining("argument: loops=1");
    }

    @Test
    void saysAllOfItInItsUsage() {
        for (Flag flag : ProxyFlags.ALL) {
            assertThat(ProxySettings.usage()).contains("--" + flag.name());
        }
    }
}
