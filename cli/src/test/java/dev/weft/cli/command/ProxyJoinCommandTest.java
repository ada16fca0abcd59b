package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyJoinCommandTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mesh: SSLV3_ALERT_CERTIFICATE_REVOKED",
                "WEFT-D022: the certificate ends in 3 h; PERMISSION_DENIED: the machine of this SVID was revoked",
            })
    void saysThatThisMachineWasRevoked(String reason) {
        assertThat(ProxyJoinCommand.ailing(reason))
                .startsWith("this machine was revoked: ")
                .contains(reason);
    }

    @Test
    void saysOtherTroubleAsItIsAndWhenItIsOver() {
        assertThat(ProxyJoinCommand.ailing("mesh: no connection")).isEqualTo("trouble: mesh: no connection");
        assertThat(ProxyJoinCommand.ailing("")).isEqualTo("all is well again");
    }
}
