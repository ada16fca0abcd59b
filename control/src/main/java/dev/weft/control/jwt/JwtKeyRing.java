package dev.weft.control.jwt;

import dev.weft.identity.jwt.JwtSigningKey;
import dev.weft.identity.trust.JwtAuthority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The signing keys at one moment: the one that signs, the next, which is published long before it signs, and former ones
 * whose tokens have not all ended. All of them are in the bundle.
 *
 * @param keys in the order in which they sign
 */
record JwtKeyRing(List<Key> keys) {

    /** A key signs for so long. */
    static final Duration PERIOD = Duration.ofHours(24);

    /**
     * Every key but the first is published for so long at least before it signs: a trust domain that fetches our bundle every five
     * minutes, the usual hint, has then had five occasions (FE-10).
     */
    static final Duration LATER_GRACE = Duration.ofMinutes(30);

    /** A key that signs no more stays for the life of its last token, and some for clocks that are slow. */
    static final Duration RETENTION = JwtService.MAX_TTL.plusMinutes(5);

    /** @param signsFrom until the next key's begins */
    record Key(JwtSigningKey key, Instant published, Instant signsFrom) {

        /** It signs a while later. */
        Key published(Instant now) {
            Instant soonest = now.plus(LATER_GRACE);
            return new Key(key, now, signsFrom.isBefore(soonest) ? soonest : signsFrom);
        }
    }

    JwtKeyRing {
        keys = keys.stream().sorted(Comparator.comparing(Key::signsFrom)).toList();
    }

    /** As it must be now: a next key added, former ones dropped. Equal to this if nothing is due. */
    JwtKeyRing advance(Instant now, Supplier<JwtSigningKey> maker) {
        List<Key> wanted = new ArrayList<>(keys);
        if (wanted.isEmpty()) {
            wanted.add(new Key(maker.get(), now, now)); // nobody has a bundle without it yet
        }
        Key last = wanted.getLast();
        if (wanted.size() == 1 || !now.isBefore(last.signsFrom())) {
            Instant due = last.signsFrom().plus(PERIOD);
            Instant soonest = now.plus(LATER_GRACE);
            wanted.add(new Key(maker.get(), now, due.isBefore(soonest) ? soonest : due));
        }
        while (wanted.size() > 2 && !now.isBefore(wanted.get(1).signsFrom().plus(RETENTION))) {
            wanted.removeFirst();
        }
        return new JwtKeyRing(wanted);
    }

    /** This, where keys that the bundle does not have yet come into it only now. */
    JwtKeyRing published(Set<JwtAuthority> inBundle, Instant now) {
        return new JwtKeyRing(keys.stream()
                .map(key -> inBundle.contains(key.key().authority()) || key.equals(keys.getFirst())
                        ? key
                        : key.published(now))
                .toList());
    }

    /**
     * The key that signs now: the first, too, where the clock was set back behind its beginning.
     *
     * @param inBundle keys in the published bundle: no one could verify a token of another key
     */
    Key signing(Instant now, Set<JwtAuthority> inBundle) {
        List<Key> known = keys.stream()
                .filter(key -> inBundle.contains(key.key().authority()))
                .toList();
        List<Key> usable = known.isEmpty() ? keys : known;
        return usable.reversed().stream()
                .filter(key -> !now.isBefore(key.signsFrom()))
                .findFirst()
                .orElseGet(usable::getFirst);
    }

    /** What the bundle says. */
    List<JwtAuthority> authorities() {
        return keys.stream().map(key -> key.key().authority()).toList();
    }
}
