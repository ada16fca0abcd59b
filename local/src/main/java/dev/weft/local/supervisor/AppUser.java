package dev.weft.local.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The user that an application runs as, written {@code user} or {@code user:group}, by name or number.
 *
 * @param user user name or number
 * @param group group name or number
 * @param known whether the machine knows the user, and so which further groups it has
 */
record AppUser(String user, String group, boolean known) {

    private static final int UID_FIELD = 2;
    private static final int GID_FIELD = 3;
    private static final long ALL_IDS = 4_294_967_295L;

    static AppUser of(String text) throws IOException {
        if (!allUsersMapped(Files.readString(Path.of("/proc/self/uid_map")))) {
            throw new IOException(
                    "user: %s (expected: none; a mesh in a user namespace has the user who started it only, root has all)"
                            .formatted(text));
        }
        return parse(text, Files.readAllLines(Path.of("/etc/passwd")));
    }

    static AppUser parse(String text, List<String> passwd) throws IOException {
        String[] parts = text.split(":", 2);
        Optional<String[]> entry = passwd.stream()
                .map(line -> line.split(":", -1))
                .filter(fields ->
                        fields.length > GID_FIELD && (fields[0].equals(parts[0]) || fields[UID_FIELD].equals(parts[0])))
                .findFirst();
        if (entry.isEmpty() && !parts[0].chars().allMatch(Character::isDigit)) {
            throw new IOException("user: %s (expected: a user of this machine, or a number)".formatted(parts[0]));
        }
        String group = parts.length > 1
                ? parts[1]
                : entry.map(fields -> fields[GID_FIELD]).orElse(parts[0]);
        return new AppUser(entry.map(fields -> fields[UID_FIELD]).orElse(parts[0]), group, entry.isPresent());
    }

    /** Its number: {@link #parse} has put it in the place of a name. */
    int uid() {
        return Integer.parseUnsignedInt(user);
    }

    static boolean allUsersMapped(String uidMap) {
        String[] fields = uidMap.strip().split("\\s+", -1);
        return fields.length == 3 && fields[2].equals(Long.toString(ALL_IDS));
    }

    /** What becomes this user and runs the words after it. */
    List<String> command() {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid", user, "--regid", group));
        command.add(known ? "--init-groups" : "--clear-groups");
        command.add("--");
        return command;
    }
}
