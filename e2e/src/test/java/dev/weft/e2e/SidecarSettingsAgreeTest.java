package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.daemon.settings.InvalidSettingsException;
import dev.weft.kubernetes.inject.HeldMemory;
import dev.weft.mesh.kind.SidecarSetting;
import dev.weft.proxy.session.HeldLimit;
import dev.weft.proxy.settings.ProxySettings;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The annotations that set a sidecar, and the sidecar: what the one takes, the other starts with. */
final class SidecarSettingsAgreeTest {
    private static ProxySettings started(String... flags) {
        return ProxySettings.parse(
                Stream.concat(
                                Stream.of(
                                        "--workload=shop/web",
                                        "--control-plane=control:15012",
                                        "--anchors-file=/anchors.pem"),
                                Stream.of(flags))
                        .toList(),
                Map.of());
    }

    static List<SidecarSetting> settings() {
        return SidecarSetting.ALL;
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theDefaultIsTheSidecarsAndTheExampleIsValid(SidecarSetting setting) {
        assertThat(started("--" + setting.name() + "=" + setting.defaultText())).isEqualTo(started());
        assertThat(setting.accepts(setting.example())).isTrue();
        assertThat(started("--" + setting.name() + "=" + setting.example())).isNotEqualTo(started());
    }

    @ParameterizedTest
    @CsvSource({
        "detect-http, 0s, 0ms, 10s, 10000ms",
        "detect-declared, 1s, 10ms, 10s, 10000ms",
        "first-head, 1s, 100ms, 10m, 600000ms",
        "first-head, 600s, 1m, 599999ms, 99999ms",
        "connect-timeout, 1s, 100ms, 1m, 60000ms",
        "connect-timeout, 60s, 59s, 59999ms, 9999ms",
        "http-idle, 0s, 0ms, 10m, 600000ms",
        "http-idle, 600s, 599s, 1m, 99s",
        "peer-silence, 1s, 1000ms, 10m, 600000ms",
        "max-sessions, 1, 16384, 99999, 10000",
        "max-held, 1, 9, 89, 96",
        "http-head, 8, 100, 249, 256",
        "http-fields, 20, 99, 999, 1000",
    })
    void bothTakeTheSmallestAndTheLargest(String name, String one, String two, String three, String four) {
        for (String value : List.of(one, two, three, four)) {
            assertThat(setting(name).accepts(value)).as(value).isTrue();
            assertThat(started("--" + name + "=" + value)).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "detect-http, 11s, 10001ms, -1s",
        "detect-declared, 9ms, 0s, 10001ms",
        "first-head, 99ms, 601s, 600001ms",
        "first-head, 0s, 11m, 0m",
        "connect-timeout, 99ms, 61s, 60001ms",
        "connect-timeout, 0s, 2m, 5",
        "http-idle, 601s, 11m, 600001ms",
        "http-connect, allow, TUNNEL, true",
        "denial-reasons, some, ALL, true",
        "peer-silence, 0s, 601s, 600001ms",
        "max-sessions, 0, -1, many",
        "max-held, 0, -1, 64MiB",
        "http-head, 7, 257, 32KiB",
        "http-fields, 19, 1001, many",
    })
    void neitherTakesWhatIsBeyond(String name, String one, String two, String three) {
        for (String value : List.of(one, two, three)) {
            assertThat(setting(name).accepts(value)).as(value).isFalse();
            assertThatThrownBy(() -> started("--" + name + "=" + value))
                    .as(value)
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessageContaining(name + ": ");
        }
    }

    /** A flag may be larger: who sets it also sets the memory of the process. */
    @ParameterizedTest
    @CsvSource({"max-held, 97", "max-held, 100", "max-sessions, 100000", "peer-silence, 999ms"})
    void theOwnerOfAPodMayNotChooseAllThatAFlagMay(String name, String value) {
        assertThat(setting(name).accepts(value)).isFalse();
        assertThat(started("--" + name + "=" + value)).isNotNull();
    }

    /** A pod that sets both limits so that the injector takes it gets a sidecar that holds all that was set. */
    @Test
    void bothLeaveTheSameMemoryBesideWhatIsHeld() {
        assertThat(HeldMemory.BESIDE_MIB).isEqualTo(HeldLimit.BESIDE_MIB);
    }

    private static SidecarSetting setting(String name) {
        return SidecarSetting.ALL.stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
