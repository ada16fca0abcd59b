package dev.weft.control.analyze;

/**
 * A problem in a mesh's objects: something that has no effect, or another one than intended.
 *
 * @param code stable, with a line in {@code docs/errors.md}
 * @param file where the object is written; empty if the object is from a running mesh
 * @param line where the object begins, from 1; 0 if that is not known
 * @param object kind and name
 * @param problem what was found
 * @param suggestion what to write instead
 */
public record Finding(String code, String file, int line, String object, String problem, String suggestion) {

    /** Returns {@code file:line: object: problem (code)}, the form in which compilers print. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line;
        return (place.isEmpty() ? "" : place + ": ") + object + ": " + problem + " (" + code + ")";
    }
}
