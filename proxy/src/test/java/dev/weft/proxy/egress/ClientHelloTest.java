package dev.weft.proxy.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.egress.ClientHello.Read;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientHelloTest {
    private static final byte[] GOOD = new Hello()
            .extension(10, new byte[] {0, 2, 0, 29})
            .naming("api.example.com")
            .extension(16, new byte[] {0, 3, 2, 'h', '2'})
            .octets();

    private static Read read(byte[] octets) {
        return ClientHello.read(Unpooled.wrappedBuffer(octets));
    }

    private static void assertRefused(byte[] octets, String why) {
        assertThat(read(octets))
                .isInstanceOfSatisfying(
                        Read.Refused.class, refused -> assertThat(refused.why()).contains(why));
    }

    @Test
    void readsWhatTheJdkSays() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("Api.Example.com")));
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        assertThat(read(Arrays.copyOf(out.array(), out.position()))).isEqualTo(new Read.Named("api.example.com"));
    }

    @Test
    void isIncompleteUpToItsLastOctetHoweverItIsCut() {
        for (int i = 0; i < GOOD.length; i++) {
            assertThat(read(Arrays.copyOf(GOOD, i))).as("%d octets", i).isEqualTo(new Read.Incomplete());
        }
        assertThat(read(GOOD)).isEqualTo(new Read.Named("api.example.com"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 50})
    void comesInSeveralRecords(int each) {
        byte[] message = new Hello().naming("api.example.com").message();
        byte[] records = Hello.records(message, each);
        assertThat(read(records)).isEqualTo(new Read.Named("api.example.com"));
        assertThat(read(Arrays.copyOf(records, records.length - 1))).isEqualTo(new Read.Incomplete());
    }

    @Test
    void whatFollowsInRecordsOfItsOwnIsNotLookedAt() {
        byte[] more = Arrays.copyOf(GOOD, GOOD.length + 6);
        more[GOOD.length] = 20;
        assertThat(read(more)).isEqualTo(new Read.Named("api.example.com"));
    }

    @Test
    void withoutANameItIsRefused() {
        assertRefused(new Hello().octets(), "no server name");
        byte[] message = new Hello().message();
        byte[] bare = Hello.message(1, Arrays.copyOfRange(message, 4, message.length - 2));
        assertRefused(Hello.records(bare, bare.length), "no server name");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xfe0d, 0xffce})
    void anEncryptedOneIsRefused(int extension) {
        assertRefused(
                new Hello()
                        .naming("api.example.com")
                        .extension(extension, new byte[8])
                        .octets(),
                "encrypted");
        assertRefused(
                new Hello()
                        .extension(extension, new byte[8])
                        .naming("api.example.com")
                        .octets(),
                "encrypted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "*.example", "a.example.", "10.0.0.1", "[fd00::1]", "a b", "a\u0000b", "a/b", "ä.example"})
    void aNameThatIsNoDnsNameIsRefused(String name) {
        assertRefused(new Hello().naming(name).octets(), "server name is");
    }

    @Test
    void severalNamesAreRefused() {
        assertRefused(new Hello().naming("a.example").naming("b.example").octets(), "two server names");
        assertRefused(
                new Hello()
                        .extension(0, Hello.names(0, "a.example", "b.example"))
                        .octets(),
                "one of several");
        assertRefused(new Hello().extension(0, Hello.names(1, "a.example")).octets(), "unknown kind");
        assertRefused(new Hello().extension(0, new byte[] {0, 0}).octets(), "unknown kind");
        assertRefused(new Hello().extension(0, new byte[0]).octets(), "malformed");
    }

    @Test
    void otherRecordsAndMessagesAreRefused() {
        byte[] alert = Hello.records(new Hello().naming("a.example").message(), 50);
        alert[55] = 21;
        assertRefused(alert, "not a handshake");
        byte[] old = GOOD.clone();
        old[1] = 2;
        assertRefused(old, "no known TLS");
        byte[] empty = {22, 3, 1, 0, 0};
        assertRefused(empty, "a record of 0 octets");
        byte[] large = {22, 3, 1, 0x40, 1};
        assertRefused(large, "a record of 16385 octets");
        byte[] server = Hello.message(2, new byte[40]);
        assertRefused(Hello.records(server, server.length), "no ClientHello");
        byte[] message = new Hello().naming("a.example").message();
        byte[] two = Arrays.copyOf(message, message.length + 4);
        assertRefused(Hello.records(two, two.length), "something follows");
    }

    @Test
    void isNotLongerThanIsRead() {
        byte[] long1 = Hello.message(1, new byte[ClientHello.MOST]);
        assertRefused(Hello.records(long1, 1000), "longer than");
        byte[] thin = new Hello()
                .extension(21, new byte[ClientHello.MOST - 100])
                .naming("a.example")
                .message();
        assertRefused(Hello.records(thin, 2), "longer than");
    }

    @Test
    void whateverIsBrokenInItNamesNoOtherHostThanIsThere() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = GOOD.clone();
            for (int j = 0; j <= random.nextInt(3); j++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            if (read(broken) instanceof Read.Named(String host)) {
                assertThat(new String(broken, java.nio.charset.StandardCharsets.ISO_8859_1)
                                .toLowerCase(java.util.Locale.ROOT))
                        .contains(host);
            }
        }
    }
}
