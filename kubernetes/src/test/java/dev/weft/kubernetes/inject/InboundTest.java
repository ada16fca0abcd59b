package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.daemon.settings.InvalidSettingsException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class InboundTest {

    @Test
    void isTheOneOfTheInstallationWhateverItsFormerNameSays() {
        assertThat(Inbound.read(Map.of("WEFT_INBOUND", "permissive", "WEFT_WEBHOOK_INBOUND", "strict")))
                .isEqualTo(Inbound.PERMISSIVE);
        assertThat(Inbound.read(Map.of("WEFT_WEBHOOK_INBOUND", "strict"))).isEqualTo(Inbound.STRICT);
        assertThat(Inbound.read(Map.of())).isEqualTo(Inbound.PERMISSIVE);
    }

    @Test
    void isNoOtherWord() {
        assertThatThrownBy(() -> Inbound.read(Map.of("WEFT_INBOUND", "Strict")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage("WEFT_INBOUND: Strict (expected: strict or permissive)");
    }
}
