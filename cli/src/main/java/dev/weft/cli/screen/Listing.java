package dev.weft.cli.screen;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * A table with a row for each of some things: each column says what it shows of one of them, a {@link Table.Cell} or a
 * value in words. The kinds of columns are those of {@link Table}. A {@code dropOrder} is the turn in which a narrow
 * terminal leaves the column out, from 1, as of {@link Table#dropOrder}; a column without one always stays.
 */
public final class Listing<T> {

    private final Collection<? extends T> things;
    private final Table table = new Table();
    private final List<Function<? super T, ?>> cells = new ArrayList<>();

    private Listing(Collection<? extends T> things) {
        this.things = things;
    }

    /** Returns a table of these things, in their order; its columns are still to be added. */
    public static <T> Listing<T> of(Collection<? extends T> things) {
        return new Listing<>(things);
    }

    /** Adds a column of text. */
    public Listing<T> column(String heading, Function<? super T, ?> cell) {
        return column(heading, 0, cell);
    }

    /** Adds a column of text that a narrow terminal may leave out. */
    public Listing<T> column(String heading, int dropOrder, Function<? super T, ?> cell) {
        table.column(heading);
        return show(dropOrder, cell);
    }

    /** Adds a column of numbers. */
    public Listing<T> numbers(String heading, Function<? super T, ?> cell) {
        return numbers(heading, 0, cell);
    }

    /** Adds a column of numbers that a narrow terminal may leave out. */
    public Listing<T> numbers(String heading, int dropOrder, Function<? super T, ?> cell) {
        table.numbers(heading);
        return show(dropOrder, cell);
    }

    /** Adds a column of text that is shortened when the terminal is narrow. */
    public Listing<T> shrinkable(String heading, Function<? super T, ?> cell) {
        return shrinkable(heading, 0, cell);
    }

    /** Adds a column of text that is shortened, or left out, when the terminal is narrow. */
    public Listing<T> shrinkable(String heading, int dropOrder, Function<? super T, ?> cell) {
        table.shrinkable(heading);
        return show(dropOrder, cell);
    }

    /** Adds what the column that was just added to the table shows. */
    private Listing<T> show(int dropOrder, Function<? super T, ?> cell) {
        table.dropOrder(dropOrder);
        cells.add(cell);
        return this;
    }

    /** Returns the table; to be called once, after the last column. */
    public Table table() {
        things.forEach(
                thing -> table.row(cells.stream().map(cell -> cell.apply(thing)).toArray()));
        return table;
    }
}
