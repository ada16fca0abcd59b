package dev.weft.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import org.junit.jupiter.api.Test;

class RefusalReasonTest {
    @Test
    void saysWhyAConnectionWasNotMadeAlsoWhereTheKernelSaysNothing() {
        assertThat(Refusal.why(new NoRouteToHostException("null: /1.1.1.1:80"))).isEqualTo("no route to the address");
        assertThat(Refusal.why(new ConnectException("connect(..) failed: Connection refused")))
                .isEqualTo("connect(..) failed: Connection refused");
        assertThat(Refusal.why(new IOException())).isEqualTo("IOException");
    }
}
