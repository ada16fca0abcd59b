package dev.weft.cli.command.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.trust.TrustBundleCommand.Form;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class TrustBundleCommandTest {

    private final X509Certificate anchor =
            TrustAnchors.create("a", Duration.ofDays(1), Clock.systemUTC()).certificate();
    private final SpiffeBundle bundle =
            new SpiffeBundle(List.of(anchor), List.of(), OptionalLong.of(3), Optional.of(Duration.ofMinutes(1)));
    private final String map = SpiffeBundles.encodeMap(Map.of(TrustDomain.parse("east.example"), bundle));

    @Test
    void printsTheBundleAsOthersExchangeIt() {
        String printed = TrustBundleCommand.print(map, Form.SPIFFE);
        assertThat(SpiffeBundles.decode(printed.getBytes(UTF_8)).bundle()).isEqualTo(bundle);
    }

    @Test
    void printsTheAnchorsAsPem() {
        assertThat(Pem.decodeCertificates(TrustBundleCommand.print(map, Form.PEM)))
                .containsExactly(anchor);
    }
}
