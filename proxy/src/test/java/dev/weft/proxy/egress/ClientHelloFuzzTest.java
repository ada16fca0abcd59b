package dev.weft.proxy.egress;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.policy.model.HostPattern;
import dev.weft.proxy.egress.ClientHello.Read;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/** What an application says first. It names one host or none, however its octets are cut. */
class ClientHelloFuzzTest {
    @FuzzTest
    void anyOctetsNameOneHostOrNone(FuzzedDataProvider data) {
        boolean whole = data.consumeBoolean();
        int each = data.consumeInt(1, 64);
        byte[] rest = data.consumeRemainingAsBytes();
        byte[] octets = whole ? rest : Hello.records(Hello.message(1, rest), each);
        Read all = ClientHello.read(Unpooled.wrappedBuffer(octets));
        Read first = new Read.Incomplete();
        for (int i = 0; i <= octets.length && first instanceof Read.Incomplete; i++) {
            first = ClientHello.read(Unpooled.wrappedBuffer(Arrays.copyOf(octets, i)));
        }
        if (all instanceof Read.Named(String host)) {
            assertThat(HostPattern.unmet(host)).isNull();
            assertThat(first).isEqualTo(all);
        }
        if (first instanceof Read.Named) {
            assertThat(all).isNotInstanceOf(Read.Incomplete.class);
        }
    }
}
