package dev.weft.control.trust;

import dev.weft.control.state.StateException;
import dev.weft.control.state.StateFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sequence number of a bundle, on disk: it rises whenever the content differs from the last one, and never falls. */
final class BundleSequence {

    private static final int MAX_FILE = 4096;
    private static final Pattern FORM = Pattern.compile("([0-9]{1,18}) ([0-9a-f]{64})\\s*");

    private final Path file;

    BundleSequence(Path file) {
        this.file = file;
    }

    /**
     * The sequence of this content: the one kept when it is the content kept, else the next one, which is then kept.
     *
     * @throws StateException if the file is not of the expected form
     */
    long of(String contentHash) throws IOException {
        long last = 0;
        try {
            Matcher matcher = FORM.matcher(StateFiles.readPublic(file, MAX_FILE));
            if (!matcher.matches()) {
                throw new StateException(file + " is damaged (expected: a number and a SHA-256); write \"<number> "
                        + "-\" higher than any sequence that `weft status` shows, with 64 zeros for -");
            }
            last = Long.parseLong(matcher.group(1));
            if (matcher.group(2).equals(contentHash)) {
                return last;
            }
        } catch (NoSuchFileException _) {
            // The first bundle.
        }
        StateFiles.write(file, (last + 1) + " " + contentHash + "\n", StateFiles.PUBLIC);
        return last + 1;
    }
}
