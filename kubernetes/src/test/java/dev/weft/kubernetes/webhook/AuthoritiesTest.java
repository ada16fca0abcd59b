package dev.weft.kubernetes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.keys.Pem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthoritiesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final CertificateTimings PACE = CertificateTimings.of(Duration.ofDays(360));

    private static Instant day(int number) {
        return NOW.plus(Duration.ofDays(number));
    }

    @Test
    void theFirstSignsAtOnceAsNothingElseCould() {
        Authorities first = Authorities.first(PACE, NOW);
        assertThat(first.all()).hasSize(1);
        assertThat(first.signing(PACE, NOW)).isEqualTo(first.all().getFirst());
        assertThat(first.renewed(PACE, day(239))).isEqualTo(first);
    }

    @Test
    void theNextIsPublishedBeforeItSignsAndTheFormerStaysUntilNothingIsOfIt() {
        Authorities one = Authorities.first(PACE, NOW).published(NOW);
        Authorities two = one.renewed(PACE, day(241));
        Authority former = two.all().getFirst();
        Authority next = two.all().getLast();
        assertThat(two.all()).hasSize(2);
        assertThat(Pem.decodeCertificates(two.bundle()))
                .containsExactly(former.anchor().certificate(), next.anchor().certificate());
        assertThat(former.anchor().certificate().getSubjectX500Principal())
                .isNotEqualTo(next.anchor().certificate().getSubjectX500Principal());

        // Unpublished, however much time passes while the former lives.
        assertThat(two.signing(PACE, day(300))).isEqualTo(former);

        Authorities published = two.published(day(241));
        Instant settled = day(241).plus(PACE.settle());
        assertThat(published.signing(PACE, settled.minusSeconds(1)).anchor()).isEqualTo(former.anchor());
        assertThat(published.signing(PACE, settled).anchor()).isEqualTo(next.anchor());

        Instant done = settled.plus(PACE.leaf().multipliedBy(2));
        assertThat(published.renewed(PACE, done.minusSeconds(1))).isEqualTo(published);
        assertThat(published.renewed(PACE, done).all())
                .singleElement()
                .satisfies(left -> assertThat(left.anchor()).isEqualTo(next.anchor()));
    }

    @Test
    void oneThatWasNeverPublishedSignsOnceTheFormerHasEnded() {
        Authorities two = Authorities.first(PACE, NOW).published(NOW).renewed(PACE, day(241));
        assertThat(two.signing(PACE, day(361))).isEqualTo(two.all().getLast());
        assertThat(two.renewed(PACE, day(361)).all()).containsExactly(two.all().getLast());
    }

    @Test
    void whatHasEndedIsReplacedAtOnce() {
        Authorities made = Authorities.first(PACE, NOW).renewed(PACE, day(400));
        assertThat(made.all()).hasSize(1);
        assertThat(made.signing(PACE, day(400)).notAfter()).isAfter(day(700));
    }

    @Test
    void isReadAsItWasWritten() {
        Authorities two = Authorities.first(PACE, NOW).published(NOW).renewed(PACE, day(241));
        assertThat(Authorities.parse(two.print())).isEqualTo(two);
        assertThat(two.toString()).doesNotContain("PRIVATE").doesNotContain("PrivateKey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "{\"authorities\": []}", "{\"authorities\": [{\"certificate\": \"\"}]}"})
    void refusesWhatItDidNotWrite(String text) {
        assertThatThrownBy(() -> Authorities.parse(text))
                .isInstanceOfAny(IllegalArgumentException.class, DateTimeException.class);
    }

    @Test
    void refusesTheKeyOfAnother() {
        String one = Authorities.first(PACE, NOW).print();
        String other = Authorities.first(PACE, NOW).print();
        String key = other.substring(other.indexOf("\"key\""));
        String mixed = one.substring(0, one.indexOf("\"key\"")) + key;
        assertThatThrownBy(() -> Authorities.parse(mixed)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aShortLifeHasAShortPace() {
        CertificateTimings pace = CertificateTimings.of(Duration.ofMinutes(12));
        assertThat(pace.leaf()).isEqualTo(Duration.ofMinutes(2));
        assertThat(pace.settle()).isEqualTo(Duration.ofSeconds(30));
        for (Duration wrong : List.of(Duration.ofMinutes(1), Duration.ofDays(4000))) {
            assertThatThrownBy(() -> CertificateTimings.of(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("(expected: 2m to 3650d)");
        }
    }
}
