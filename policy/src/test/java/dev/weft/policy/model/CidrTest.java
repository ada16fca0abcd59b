package dev.weft.policy.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CidrTest {

    @Test
    void containsWhatSharesThePrefix() {
        assertThat(contains("10.0.0.0/8", "10.255.1.2")).isTrue();
        assertThat(contains("10.0.0.0/8", "11.0.0.0")).isFalse();
        assertThat(contains("10.0.0.4/30", "10.0.0.7")).isTrue();
        assertThat(contains("10.0.0.4/30", "10.0.0.8")).isFalse();
        assertThat(contains("0.0.0.0/0", "1.2.3.4")).isTrue();
        assertThat(contains("fd00::/8", "fdff::1")).isTrue();
        assertThat(contains("fd00::/8", "fe00::1")).isFalse();
        assertThat(contains("fd00::1", "fd00::1")).isTrue();
    }

    @Test
    void familiesNeverMix() {
        assertThat(contains("0.0.0.0/0", "fd00::1")).isFalse();
        assertThat(contains("::/0", "1.2.3.4")).isFalse();
    }

    @Test
    void aMappedAddressCountsAsItsIpv4Address() {
        assertThat(contains("10.0.0.0/8", "::ffff:10.1.2.3")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10",
                "10.0.0",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/08",
                "10.0.0.1/8",
                "fd00::/129",
                "fd00::1/8",
                "localhost",
                "example.com/8",
                "10.0.0.256",
                "010.0.0.0/8",
                "fd00:::/8",
                "fe80::1%eth0",
                "10.0.0.0/8/8",
                "::ffff:999.1.1.1",
                "１０.0.0.0/8"
            })
    void refusesWhatIsNoRange(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Cidr.parse(text)).withMessageStartingWith("cidr: ");
    }

    @Test
    void whateverIsParsedIsARangeOrAnIllegalArgument() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "0123456789abcdef:./%[] xé";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(24); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Cidr cidr = Cidr.parse(text.toString());
                assertThat(Cidr.parse(cidr.toString())).as("seed %s", seed).isEqualTo(cidr);
            } catch (IllegalArgumentException expected) {
                assertThat(expected).as("seed %s", seed).hasMessageStartingWith("cidr: ");
            }
        }
    }

    @Test
    void agreesWithArithmeticOnRandomRanges() throws UnknownHostException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            int length = random.nextInt(33);
            int mask = length == 0 ? 0 : -1 << (32 - length);
            int network = random.nextInt() & mask;
            int address = random.nextBoolean() ? random.nextInt() : network | (random.nextInt() & ~mask);
            Cidr cidr = Cidr.parse(ipv4(network).getHostAddress() + "/" + length);
            assertThat(cidr.contains(ipv4(address)))
                    .as("seed %s: %s in %s", seed, ipv4(address), cidr)
                    .isEqualTo((address & mask) == network);
        }
    }

    private static InetAddress ipv4(int bits) throws UnknownHostException {
        return InetAddress.getByAddress(
                new byte[] {(byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits});
    }

    private static boolean contains(String range, String address) {
        return Cidr.parse(range).contains(InetAddress.ofLiteral(address));
    }
}
