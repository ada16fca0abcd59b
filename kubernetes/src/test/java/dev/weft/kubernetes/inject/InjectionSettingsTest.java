package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.spiffe.TrustDomain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InjectionSettingsTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("east.example");

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-weft", "weft latest", "weft\n", "${image}"})
    void refusesWhatIsNoImage(String image) {
        assertThatThrownBy(() -> new InjectionSettings(image, "Always", DOMAIN, "cluster.local", Inbound.STRICT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("image: " + image);
    }

    @Test
    void refusesAnImageThatIsTooLong() {
        assertThatThrownBy(
                        () -> new InjectionSettings("a".repeat(600), "Always", DOMAIN, "cluster.local", Inbound.STRICT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAnotherPullPolicy() {
        assertThatThrownBy(() -> new InjectionSettings("weft:1", "always", DOMAIN, "cluster.local", Inbound.STRICT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("image pull policy: always (expected: Always, IfNotPresent or Never)");
    }

    @Test
    void refusesAClusterDomainThatIsNoName() {
        for (String domain : new String[] {"", ".", "cluster.local.", "Cluster.local", "a b", "a".repeat(201)}) {
            assertThatThrownBy(() -> new InjectionSettings("weft:1", "Always", DOMAIN, domain, Inbound.STRICT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cluster domain");
        }
    }
}
