package dev.weft.control.trust;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.TypedEntry;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stores the sequence numbers of the bundles. A number rises whenever the content of its bundle differs from the last
 * one, and never falls, even if the trust domain was gone in between.
 */
final class BundleSequences {

    private static final String ENTRY = "bundle-sequence";
    private static final Store.EntryOptions OPTIONS = Store.EntryOptions.readable(1024 * 1024);

    /** A line without a trust domain belongs to the own one. */
    private static final Pattern LINE = Pattern.compile("([0-9]{1,18}) ([0-9a-f]{64})(?: (\\S{1,255}))?");

    private record Kept(long number, String hash) {}

    private final TrustDomain own;
    private final TypedEntry<Map<String, Kept>> cell;
    private volatile boolean begun;

    BundleSequences(TrustDomain own, Store store) {
        this.own = own;
        this.cell = new TypedEntry<>(store.entry(ENTRY, OPTIONS), this::parse, BundleSequences::print);
    }

    /**
     * Returns the sequences of these contents: the stored number if the content is the stored one, else the next
     * number, which is then stored.
     *
     * @param count whether this control plane may count; if not, new contents get no number
     * @throws StateException if the entry is malformed, or another control plane has changed it
     */
    Map<TrustDomain, Long> of(Map<TrustDomain, String> contentHashes, boolean count) throws IOException {
        Optional<Map<String, Kept>> read = cell.read();
        Map<String, Kept> kept = read.orElseGet(TreeMap::new);
        begun = read.isPresent();
        Map<TrustDomain, Long> numbers = new HashMap<>();
        boolean changed = false;
        for (Map.Entry<TrustDomain, String> content : contentHashes.entrySet()) {
            String name = content.getKey().name();
            Kept last = kept.getOrDefault(name, new Kept(0, ""));
            if (!last.hash().equals(content.getValue())) {
                if (!count) {
                    continue;
                }
                last = new Kept(last.number() + 1, content.getValue());
                kept.put(name, last);
                changed = true;
            }
            numbers.put(content.getKey(), last.number());
        }
        if (changed) {
            cell.write(kept);
        }
        return numbers;
    }

    /** Whether any sequence was stored at the last call of {@link #of}. */
    boolean begun() {
        return begun;
    }

    private Map<String, Kept> parse(String text) {
        Map<String, Kept> kept = new TreeMap<>();
        for (String line : text.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new StateException(
                        cell.where() + " is damaged (expected in each line: a number, a SHA-256, a trust "
                                + "domain); write \"<number> <64 zeros> <trust domain>\" for each trust domain, the number "
                                + "higher than any sequence of its bundle that `weft status` shows");
            }
            String domain = matcher.group(3);
            kept.put(
                    domain == null ? own.name() : domain, new Kept(Long.parseLong(matcher.group(1)), matcher.group(2)));
        }
        return kept;
    }

    private static String print(Map<String, Kept> kept) {
        StringBuilder lines = new StringBuilder();
        kept.forEach((domain, last) -> lines.append(last.number())
                .append(' ')
                .append(last.hash())
                .append(' ')
                .append(domain)
                .append('\n'));
        return lines.toString();
    }
}
