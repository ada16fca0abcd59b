package dev.weft.control.trust;

import static java.util.Objects.requireNonNull;

import dev.weft.control.state.SealedFile;
import dev.weft.control.state.StateException;
import dev.weft.control.state.StateFiles;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sequence numbers of the bundles, on disk: each rises whenever the content of its bundle differs from the last one, and
 * never falls, also if the trust domain was gone in between.
 */
final class BundleSequences {

    private static final int MAX_FILE = 1024 * 1024;

    /** Without a trust domain it is the own one's. */
    private static final Pattern LINE = Pattern.compile("([0-9]{1,18}) ([0-9a-f]{64})(?: (\\S{1,255}))?");

    private record Kept(long number, String hash) {}

    private final TrustDomain own;
    private final SealedFile file;

    /** @param file in the state directory */
    BundleSequences(TrustDomain own, Path file) {
        this.own = own;
        Path directory = requireNonNull(file.getParent(), "state directory");
        this.file = SealedFile.lasting(directory, file.getFileName().toString(), MAX_FILE, StateFiles.PUBLIC);
    }

    /**
     * The sequences of these contents: for each the number kept when it is the content kept, else the next one, which is
     * then kept.
     *
     * @throws StateException if the file is not of the expected form
     */
    Map<TrustDomain, Long> of(Map<TrustDomain, String> contentHashes) throws IOException {
        Map<String, Kept> kept = read();
        Map<TrustDomain, Long> numbers = new HashMap<>();
        boolean changed = false;
        for (Map.Entry<TrustDomain, String> content : contentHashes.entrySet()) {
            String name = content.getKey().name();
            Kept last = kept.getOrDefault(name, new Kept(0, ""));
            if (!last.hash().equals(content.getValue())) {
                last = new Kept(last.number() + 1, content.getValue());
                kept.put(name, last);
                changed = true;
            }
            numbers.put(content.getKey(), last.number());
        }
        if (changed) {
            write(kept);
        }
        return numbers;
    }

    private Map<String, Kept> read() throws IOException {
        try {
            return file.read(this::parse);
        } catch (NoSuchFileException _) {
            return new TreeMap<>(); // the first bundles
        }
    }

    private Map<String, Kept> parse(String text) {
        Map<String, Kept> kept = new TreeMap<>();
        for (String line : text.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new StateException(
                        file.path() + " is damaged (expected in each line: a number, a SHA-256, a trust "
                                + "domain); write \"<number> <64 zeros> <trust domain>\" for each trust domain, the number "
                                + "higher than any sequence of its bundle that `weft status` shows");
            }
            String domain = matcher.group(3);
            kept.put(
                    domain == null ? own.name() : domain, new Kept(Long.parseLong(matcher.group(1)), matcher.group(2)));
        }
        return kept;
    }

    private void write(Map<String, Kept> kept) throws IOException {
        StringBuilder lines = new StringBuilder();
        kept.forEach((domain, last) -> lines.append(last.number())
                .append(' ')
                .append(last.hash())
                .append(' ')
                .append(domain)
                .append('\n'));
        file.write(lines.toString());
    }
}
