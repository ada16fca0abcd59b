package dev.weft.proxy.route;

import dev.weft.api.v1.FieldChange;
import dev.weft.policy.request.Ascii;
import dev.weft.policy.request.FieldRole;
import dev.weft.policy.request.Token;
import dev.weft.policy.wire.UnknownFields;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Changes to the fields of a head: some fields are removed, then some are added at the end. Fields that determine the
 * framing of a message, its destination, the connection or the caller cannot be changed.
 *
 * @param dropped names of the fields to remove, in lower case
 * @param added fields to add
 */
public record FieldChanges(Set<String> dropped, List<Field> added) {
    /** The most changes in one list. */
    static final int MAX_CHANGES = 64;

    private static final int MAX_NAME = 256;
    private static final int MAX_VALUE = 4096;
    /** Changes nothing. */
    public static final FieldChanges NONE = new FieldChanges(Set.of(), List.of());

    /**
     * A field to add. Its name is a token in lower case; its value is visible ASCII, with spaces and tabs only inside.
     */
    public record Field(String name, String value) {}

    /**
     * Makes changes of these fields.
     *
     * @throws IllegalArgumentException if one of them is a field that cannot be changed
     */
    public FieldChanges {
        dropped = Set.copyOf(dropped);
        added = List.copyOf(added);
        dropped.forEach(FieldChanges::checkRole);
        added.forEach(field -> checkRole(field.name()));
    }

    private static void checkRole(String name) {
        Checks.require(
                FieldRole.of(name) == FieldRole.MESSAGE,
                "change of the field " + name,
                "not done",
                "no field that says how a message is framed, where it goes or who calls");
    }

    /**
     * Combines two lists of changes: the first is applied before the second. Throws IllegalArgumentException, with the
     * reason, for a change that is not allowed.
     */
    static FieldChanges of(List<FieldChange> first, List<FieldChange> then) {
        Checks.within("changes of fields", first.size(), 0, MAX_CHANGES);
        Checks.within("changes of fields", then.size(), 0, MAX_CHANGES);
        if (first.isEmpty() && then.isEmpty()) {
            return NONE;
        }
        Set<String> dropped = new LinkedHashSet<>();
        List<Field> added = new ArrayList<>();
        first.forEach(change -> add(change, dropped, added));
        then.forEach(change -> add(change, dropped, added));
        return new FieldChanges(dropped, added);
    }

    private static void add(FieldChange change, Set<String> dropped, List<Field> added) {
        UnknownFields.refuse(
                "change of a field",
                change.toBuilder().clearKind().clearName().clearValue().build());
        String name = name(change.getName());
        switch (change.getKind()) {
            case SET -> {
                drop(name, dropped, added);
                added.add(new Field(name, value(name, change.getValue())));
            }
            case ADD -> added.add(new Field(name, value(name, change.getValue())));
            case REMOVE -> drop(name, dropped, added);
            case KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "change of the field " + name + ": in a way that is not known (expected: set, add or remove)");
        }
    }

    private static void drop(String name, Set<String> dropped, List<Field> added) {
        dropped.add(name);
        added.removeIf(field -> field.name().equals(name));
    }

    private static String name(String said) {
        Checks.require(Token.is(said) && said.length() <= MAX_NAME, "name of a field", said, "a token");
        return Ascii.lowerCase(said);
    }

    private static String value(String name, String value) {
        Checks.require(
                Checks.isValue(value) && value.length() <= MAX_VALUE,
                "value of the field " + name,
                value.length() + " characters",
                "visible ASCII, with spaces and tabs within, of at most " + MAX_VALUE + " characters");
        return value;
    }

    /** Whether there are no changes. */
    public boolean isEmpty() {
        return dropped.isEmpty() && added.isEmpty();
    }
}
