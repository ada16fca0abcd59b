package dev.weft.identity.spiffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SPIFFE-ID section 2. */
class SpiffeIdTest {

    private static final int MUTATIONS = 20_000;
    private static final String ALPHABET = "azAZ09.-_/:@?#%[]*! \u0000\u00e9\u017f\u212a\ud83d";

    @Test
    @DisplayName("ID-01 scheme and trust domain in any case, path with case")
    void id01SchemeAndTrustDomainAreCaseInsensitive() {
        SpiffeId id = SpiffeId.parse("SPIFFE://Example.org/A");

        assertThat(id.trustDomain().name()).isEqualTo("example.org");
        assertThat(id.path()).isEqualTo("/A");
        assertThat(id).isEqualTo(SpiffeId.parse("spiffe://example.ORG/A"));
        assertThat(id).isNotEqualTo(SpiffeId.parse("spiffe://example.org/a"));
        assertThat(id).hasToString("spiffe://example.org/A");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://td/a",
                "spiffe:/td/a",
                "spiffe:td/a",
                "//td/a",
                "td/a",
                "",
                " spiffe://td/a",
                "spiffes://td/a"
            })
    @DisplayName("ID-01 another scheme, or none")
    void id01RefusesOtherSchemes(String text) {
        assertRefused(text);
    }

    @Test
    @DisplayName("ID-01 letters that only fold to ASCII ones")
    void id01RefusesLettersThatFoldToAscii() {
        assertRefused("\u017fpiffe://td/a");
        assertRefused("spiffe://\u212a.org/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"spiffe:///a", "spiffe://", "spiffe:////a"})
    @DisplayName("ID-02 empty trust domain")
    void id02RefusesAnEmptyTrustDomain(String text) {
        assertRefused(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spiffe://td/a?x", "spiffe://td/a?", "spiffe://td/a#x", "spiffe://td/a#", "spiffe://td?x"})
    @DisplayName("ID-03 query or fragment, even empty")
    void id03RefusesQueryAndFragment(String text) {
        assertThatThrownBy(() -> SpiffeId.parse(text))
                .isInstanceOf(InvalidSpiffeIdException.class)
                .hasMessageContaining("neither query nor fragment");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spiffe://u@td/a",
                "spiffe://u:p@td/a",
                "spiffe://@td/a",
                "spiffe://td:80/a",
                "spiffe://td:/a",
                "spiffe://td:"
            })
    @DisplayName("ID-04 user information or port, even empty")
    void id04RefusesUserInformationAndPort(String text) {
        assertRefused(text);
    }

    @Test
    @DisplayName("ID-05 generated in lower case")
    void id05IsGeneratedInLowerCase() {
        assertThat(TrustDomain.parse("Cluster.LOCAL")).hasToString("cluster.local");
        assertThat(TrustDomain.parse("a-z.0_9").id()).hasToString("spiffe://a-z.0_9");
        assertThatThrownBy(() -> new TrustDomain("Cluster.local"))
                .isInstanceOf(InvalidSpiffeIdException.class)
                .hasMessageContaining("lower case");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spiffe://t%64/a",
                "spiffe://[::1]/a",
                "spiffe://*/a",
                "spiffe://t!d/a",
                "spiffe://t\u00e9/a",
                "spiffe://t d/a",
                "spiffe://t\\d/a"
            })
    @DisplayName("ID-06 any other character in the trust domain")
    void id06RefusesOtherCharactersInTheTrustDomain(String text) {
        assertRefused(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "a_b", "a..b", "-", ".", "1"})
    @DisplayName("ID-07 neither IP address nor DNS name are special")
    void id07TreatsEveryTrustDomainAlike(String name) {
        assertThat(SpiffeId.parse("spiffe://" + name + "/a").trustDomain().name())
                .isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%41", "//", "/a//b", "/.", "/..", "/a/./b", "/a/../b", "/", "/a/"})
    @DisplayName("ID-08 percent-encoding, empty and relative segments, trailing slash")
    void id08RefusesPathsThatNeedInterpretation(String path) {
        assertRefused("spiffe://td" + path);
        assertThatThrownBy(() -> new SpiffeId(new TrustDomain("td"), path))
                .isInstanceOf(InvalidSpiffeIdException.class);
    }

    @Test
    @DisplayName("ID-09 characters of a path")
    void id09AcceptsExactlyTheCharactersOfAPath() {
        assertThat(SpiffeId.parse("spiffe://td/azAZ09.-_/.../..a").path()).isEqualTo("/azAZ09.-_/.../..a");
        for (char c = 0; c < 256; c++) {
            String text = "spiffe://td/x" + c + "y";
            boolean legal = c < 128 && (Character.isLetterOrDigit(c) || ".-_/".indexOf(c) >= 0);
            if (legal) {
                assertThat(SpiffeId.parse(text)).hasToString(text);
            } else {
                assertRefused(text);
            }
        }
    }

    @Test
    @DisplayName("ID-10 2048 bytes, the whole URI")
    void id10AcceptsUpTo2048Bytes() {
        String longest = "spiffe://td/" + "a".repeat(2048 - "spiffe://td/".length());

        assertThat(SpiffeId.parse(longest).toString()).hasSize(2048);
        assertThatThrownBy(() -> SpiffeId.parse(longest + "a"))
                .isInstanceOf(InvalidSpiffeIdException.class)
                .hasMessageContaining("2049 bytes (expected: <= 2048)");
        assertThatThrownBy(() -> new SpiffeId(new TrustDomain("td"), "/" + "a".repeat(2037)))
                .isInstanceOf(InvalidSpiffeIdException.class);
    }

    @Test
    @DisplayName("ID-11 trust domain of 255 bytes")
    void id11AcceptsTrustDomainsOfUpTo255Bytes() {
        assertThat(TrustDomain.parse("a".repeat(255)).name()).hasSize(255);
        assertThatThrownBy(() -> TrustDomain.parse("a".repeat(256)))
                .isInstanceOf(InvalidSpiffeIdException.class)
                .hasMessageContaining("256 characters (expected: <= 255)");
    }

    @Test
    void namesServiceAccounts() {
        SpiffeId id = SpiffeId.ofServiceAccount(new TrustDomain("cluster.local"), "shop", "web");

        assertThat(id).hasToString("spiffe://cluster.local/ns/shop/sa/web");
        assertThat(id.serviceAccount()).contains(new ServiceAccount("shop", "web"));
        assertThat(SpiffeId.parse("spiffe://td/ns/shop/sa/web/x").serviceAccount())
                .isEmpty();
        assertThat(SpiffeId.parse("spiffe://td/NS/shop/sa/web").serviceAccount())
                .isEmpty();
        assertThat(SpiffeId.parse("spiffe://td").serviceAccount()).isEmpty();
        assertThat(SpiffeId.parse("spiffe://td/ns/shop").serviceAccount()).isEmpty();
        assertThat(SpiffeId.parse("spiffe://td/ns/shop/sa").serviceAccount()).isEmpty();
        assertThat(SpiffeId.parse("spiffe://td/ns/shop/as/web").serviceAccount())
                .isEmpty();
        assertThat(SpiffeId.parse("spiffe://td/ns/shop/web/sa/web").serviceAccount())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/sa/b", "a b", "\u00e9"})
    void refusesServiceAccountsThatAreNotOneSegment(String name) {
        assertThatThrownBy(() -> SpiffeId.ofServiceAccount(new TrustDomain("td"), "shop", name))
                .isInstanceOf(InvalidSpiffeIdException.class);
        assertThatThrownBy(() -> SpiffeId.ofServiceAccount(new TrustDomain("td"), name, "web"))
                .isInstanceOf(InvalidSpiffeIdException.class);
    }

    @Test
    void quotesWhatItRefusesSafely() {
        assertThatThrownBy(() -> SpiffeId.parse("x\n\"" + "y".repeat(5000)))
                .isInstanceOf(InvalidSpiffeIdException.class)
                .message()
                .contains("\\u000a\\\"")
                .hasSizeLessThan(300)
                .doesNotContain("\n");
    }

    @Test
    void mutatedTextsAreRefusedOrReadBackTheSame() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < MUTATIONS; i++) {
            StringBuilder text = new StringBuilder("spiffe://cluster.local/ns/shop/sa/web");
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(text.length());
                String piece = String.valueOf(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                text.replace(at, at + random.nextInt(2), piece);
            }
            checkReadsBack(text.toString(), seed);
        }
    }

    private static void checkReadsBack(String text, long seed) {
        try {
            SpiffeId id = SpiffeId.parse(text);
            assertThat(id.toString()).as("seed %d", seed).isEqualToIgnoringCase(text);
            assertThat(SpiffeId.parse(id.toString())).as("seed %d", seed).isEqualTo(id);
            assertThat(id.trustDomain().name())
                    .as("seed %d", seed)
                    .isEqualTo(id.trustDomain().name().toLowerCase(Locale.ROOT));
        } catch (InvalidSpiffeIdException _) {
            // Refused: fine.
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ", text " + PeerText.quote(text), e);
        }
    }

    private static void assertRefused(String text) {
        assertThatThrownBy(() -> SpiffeId.parse(text)).isInstanceOf(InvalidSpiffeIdException.class);
    }
}
