package dev.weft.kubernetes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.daemon.settings.InvalidSettingsException;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.inject.Inbound;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WebhookSettingsTest {

    private static final TrustDomain EAST = TrustDomain.parse("east.example");

    private static Optional<WebhookSettings> read(String... variables) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            environment.put("WEFT_WEBHOOK_" + variables[i], variables[i + 1]);
        }
        return WebhookSettings.read(environment, EAST);
    }

    @Test
    void thereIsNoWebhookWithoutAnAddress() {
        assertThat(read("IMAGE", "weft:1")).isEmpty();
    }

    @Test
    void readsWhatAnInstallWrites() {
        WebhookSettings settings = read(
                        "LISTEN", "127.0.0.1:15017",
                        "IMAGE", "weft:1",
                        "IMAGE_PULL_POLICY", "Always",
                        "CLUSTER_DOMAIN", "east",
                        "INBOUND", "strict",
                        "CA_LIFETIME", "12m")
                .orElseThrow();
        assertThat(settings.listen().getPort()).isEqualTo(15017);
        assertThat(settings.injection().image()).isEqualTo("weft:1");
        assertThat(settings.injection().pullPolicy()).isEqualTo("Always");
        assertThat(settings.injection().clusterDomain()).isEqualTo("east");
        assertThat(settings.injection().inbound()).isEqualTo(Inbound.STRICT);
        assertThat(settings.injection().trustDomain()).isEqualTo(EAST);
        assertThat(settings.authorityLife()).isEqualTo(Duration.ofMinutes(12));
        assertThat(read("LISTEN", "127.0.0.1:0", "IMAGE", "weft:1")
                        .orElseThrow()
                        .authorityLife())
                .isEqualTo(Duration.ofDays(365));
    }

    @ParameterizedTest
    @CsvSource({
        "LISTEN, here, --listen",
        "IMAGE, we!ft, image",
        "IMAGE_PULL_POLICY, often, pull policy",
        "CLUSTER_DOMAIN, UP, cluster domain",
        "INBOUND, open, strict or permissive",
        "CA_LIFETIME, 1m, 2m to 3650d",
        "CA_LIFETIME, long, a duration"
    })
    void refusesWhatCannotBe(String variable, String value, String why) {
        String[] variables = {"LISTEN", "127.0.0.1:0", "IMAGE", "weft:1", variable, value};
        assertThatThrownBy(() -> read(variables))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(why);
    }
}
