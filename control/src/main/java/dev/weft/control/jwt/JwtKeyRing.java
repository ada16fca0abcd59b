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
 * The signing keys at one moment: the key that signs, the next key, published long before it signs, and former keys
 * whose tokens have not all ended. All of them are in the bundle.
 *
 * @param keys in the order in which they sign
 */
record JwtKeyRing(List<Key> keys) {

    /** How long a key signs. */
    static final Duration PERIOD = Duration.ofHours(24);

    /**
     * Shortest time for which every key except the first is published before it signs. A trust domain that fetches the
     * bundle every five minutes, the usual hint, can do so five times within it (FE-10).
     */
    static final Duration PUBLISH_BEFORE_USE = Duration.ofMinutes(30);

    /** How long a key stays after it stopped signing: the life of its last token, and a margin for slow clocks. */
    static final Duration RETENTION = JwtService.MAX_TTL.plusMinutes(5);

    /** @param signsFrom when it starts to sign; it signs until the next key starts */
    record Key(JwtSigningKey key, Instant publishedAt, Instant signsFrom) {

        /** Returns this key as published only now; it then starts to sign after the grace at the earliest. */
        Key publishedAt(Instant now) {
            Instant soonest = now.plus(PUBLISH_BEFORE_USE);
            return new Key(key, now, signsFrom.isBefore(soonest) ? soonest : signsFrom);
        }
    }

    JwtKeyRing {
        keys = keys.stream().sorted(Comparator.comparing(Key::signsFrom)).toList();
    }

    /** Returns the keys as they must be now: adds a next key, drops former ones. Equal to this if nothing is due. */
    JwtKeyRing advance(Instant now, Supplier<JwtSigningKey> maker) {
        List<Key> wanted = new ArrayList<>(keys);
        if (wanted.isEmpty()) {
            wanted.add(new Key(maker.get(), now, now)); // no bundle without this key exists yet
        }
        Key last = wanted.getLast();
        if (wanted.size() == 1 || !now.isBefore(last.signsFrom())) {
            Instant due = last.signsFrom().plus(PERIOD);
            Instant soonest = now.plus(PUBLISH_BEFORE_USE);
            wanted.add(new Key(maker.get(), now, due.isBefore(soonest) ? soonest : due));
        }
        while (wanted.size() > 2 && !now.isBefore(wanted.get(1).signsFrom().plus(RETENTION))) {
            wanted.removeFirst();
        }
        return new JwtKeyRing(wanted);
    }

    /** Returns this ring, with the keys that are not in the bundle yet marked as published now. */
    JwtKeyRing published(Set<JwtAuthority> inBundle, Instant now) {
        return new JwtKeyRing(keys.stream()
                .map(key -> inBundle.contains(key.key().authority()) || key.equals(keys.getFirst())
                        ? key
                        : key.publishedAt(now))
                .toList());
    }

    /**
     * Returns the key that signs now. It is the first key if the clock was set back to before that key starts.
     *
     * @param inBundle keys in the published bundle: a token of another key could not be verified
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

    List<JwtAuthority> authorities() {
        return keys.stream().map(key -> key.key().authority()).toList();
    }
}
