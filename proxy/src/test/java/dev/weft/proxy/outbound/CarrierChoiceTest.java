package dev.weft.proxy.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.carry.RequestCarriers;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.settings.DenialReasons;
import dev.weft.proxy.settings.HeadLimits;
import dev.weft.proxy.settings.HttpConnect;
import dev.weft.proxy.settings.HttpSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which connections are looked at for what they speak, and for how long they may be silent. */
class CarrierChoiceTest {
    private static final Duration DECLARED = Duration.ofMillis(70);
    private static final RequestCarriers SOME = _ -> {
        throw new AssertionError("a connection is carried");
    };

    private static CarrierChoice choice(long millis) {
        return CarrierChoice.of(
                SOME,
                SOME,
                new HttpSettings(
                        Duration.ofSeconds(10),
                        Duration.ofMillis(millis),
                        DECLARED,
                        Duration.ofSeconds(3),
                        HttpConnect.REFUSE,
                        DenialReasons.IDENTIFIED,
                        HeadLimits.DEFAULTS));
    }

    private static Route.ToEndpoints to(Hint hint, int endpoints) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("10.244.0.3"), 80);
        return new Route.ToEndpoints(Collections.nCopies(endpoints, new Route.Endpoint(address, null, 0, 1, hint)));
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, 1, false",
        "NONE, 2, true",
        "TCP, 2, false",
        "HTTP1, 1, true",
        "HTTP1, 2, true",
        "HTTP2, 1, true",
    })
    void looksWhereItMakesADifference(Hint hint, int endpoints, boolean looks) {
        assertThat(choice(20).dependsOnProtocol(to(hint, endpoints))).isEqualTo(looks);
        assertThat(CarrierChoice.BYTES.dependsOnProtocol(to(hint, endpoints))).isFalse();
    }

    @Test
    void looksAtNothingOfWhichNothingIsSaidIfItIsToldSo() {
        assertThat(choice(0).dependsOnProtocol(to(Hint.NONE, 2))).isFalse();
        assertThat(choice(0).dependsOnProtocol(to(Hint.HTTP1, 2))).isTrue();
    }

    @Test
    void isLessPatientWhereNothingIsSaid() {
        assertThat(choice(20).patience(to(Hint.NONE, 2))).isEqualTo(Duration.ofMillis(20));
        assertThat(choice(20).patience(to(Hint.HTTP1, 2))).isEqualTo(DECLARED);
    }
}
