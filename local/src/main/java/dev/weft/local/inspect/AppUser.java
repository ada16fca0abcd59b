package dev.weft.local.inspect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The user that runs a program of a workload, written {@code user} or {@code user:group}, by name or number.
 *
 * @param user user name or number
 * @param group group name or number
 * @param home its home directory; the root directory if the machine does not know the user, as in a container
 * @param known whether the machine knows the user, and so its supplementary groups
 */
public record AppUser(String user, String group, String home, boolean known) {

    private static final int UID_FIELD = 2;
    private static final int GID_FIELD = 3;
    private static final int HOME_FIELD = 5;
    private static final long ALL_IDS = 4_294_967_295L;
    private static final Set<String> ROOT = Set.of("root", "0", "root:root", "0:0", "root:0", "0:root");

    /**
     * Returns the user in this text, as seen by a process.
     *
     * @param pid a process in the user namespace in which the program is to run
     * @return empty if the namespace has only one user, and the text means that one: nothing has to change then
     * @throws NoSuchUserException if the machine or the user namespace has no such user
     */
    public static Optional<AppUser> of(String text, long pid) throws IOException {
        return of(
                text,
                Files.readString(Path.of("/proc", Long.toString(pid), "uid_map")),
                Files.readAllLines(Path.of("/etc/passwd")));
    }

    static Optional<AppUser> of(String text, String uidMap, List<String> passwd) throws NoSuchUserException {
        if (allUsersMapped(uidMap)) {
            return Optional.of(parse(text, passwd));
        }
        if (!ROOT.contains(text)) {
            throw new NoSuchUserException(
                    "user: %s (expected: none, or root; a mesh in a user namespace has only the user who started it, as its root)"
                            .formatted(text));
        }
        return Optional.empty();
    }

    static AppUser parse(String text, List<String> passwd) throws NoSuchUserException {
        String[] parts = text.split(":", 2);
        Optional<String[]> entry = passwd.stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length > HOME_FIELD
                        && (fields[0].equals(parts[0]) || fields[UID_FIELD].equals(parts[0])))
                .findFirst();
        if (entry.isEmpty() && !isNumber(parts[0])) {
            throw new NoSuchUserException(
                    "user: %s (expected: a user of this machine, or a number)".formatted(parts[0]));
        }
        String group = parts.length > 1
                ? parts[1]
                : entry.map(fields -> fields[GID_FIELD]).orElse(parts[0]);
        return new AppUser(
                entry.map(fields -> fields[UID_FIELD]).orElse(parts[0]),
                group,
                entry.map(fields -> fields[HOME_FIELD])
                        .filter(home -> !home.isEmpty())
                        .orElse("/"),
                entry.isPresent());
    }

    private static boolean isNumber(String text) {
        try {
            return !text.startsWith("+") && Integer.parseUnsignedInt(text) != -1;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Returns a user that the machine does not know, with this number and a group of the same number. */
    public static AppUser unknown(int uid) {
        String number = Integer.toUnsignedString(uid);
        return new AppUser(number, number, "/", false);
    }

    /** Whether a process sees every number as a distinct user, so programs can be told apart by user. */
    public static boolean several(long pid) throws IOException {
        return allUsersMapped(Files.readString(Path.of("/proc", Long.toString(pid), "uid_map")));
    }

    /** Returns the user's number: {@link #parse} has replaced names. */
    public int uid() {
        return Integer.parseUnsignedInt(user);
    }

    static boolean allUsersMapped(String uidMap) {
        String[] fields = uidMap.strip().split("\\s+", -1);
        return fields.length == 3 && fields[2].equals(Long.toString(ALL_IDS));
    }

    /** Returns a command prefix that switches to this user and runs the rest of the command line. */
    public List<String> command() {
        return command(List.of());
    }

    /** Returns the prefix that also removes all privileges for good: no capability, and no program that grants one. */
    public List<String> commandWithoutPrivileges() {
        return command(List.of("--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs"));
    }

    /** Returns the prefix that also limits the program to these capabilities, which it keeps as any user. */
    public List<String> commandWithOnly(String capabilities) {
        return command(NamespaceEntry.only(capabilities));
    }

    private List<String> command(List<String> privileges) {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid", user, "--regid", group));
        command.add(known ? "--init-groups" : "--clear-groups");
        command.addAll(privileges);
        command.add("--");
        return command;
    }

    /** Whether this is root. */
    public boolean root() {
        return uid() == 0;
    }
}
