"""gdb: `source tools/gdb-fibers.py`, then `fibers`: every fiber of every loop, and where it waits.

Works on a running process and on a core. A suspended fiber's frames are read from its saved registers
by the frame pointers that all our code keeps (-fno-omit-frame-pointer)."""
import gdb

REG_RBP, REG_RIP = 10, 16  # places in gregs, see ucontext.h (x86-64)
FRAMES_MAX = 24


def where(address):
    """"function (file:line)" of a code address."""
    block = gdb.block_for_pc(address)
    while block is not None and block.function is None:
        block = block.superblock
    place = gdb.find_pc_line(address)
    if block is None or place.symtab is None:
        return gdb.execute(f'info symbol {address:#x}', to_string=True).strip()
    return f'{block.function} ({place.symtab.filename}:{place.line})'


def word(address):
    return int(gdb.Value(address).cast(gdb.lookup_type('long').pointer()).dereference())


def frames(fiber):
    registers = fiber['context']['uc_mcontext']['gregs']
    rip, rbp = int(registers[REG_RIP]), int(registers[REG_RBP])
    low = int(fiber['stack'])
    high = low + int(fiber['context']['uc_stack']['ss_size'])
    yield where(rip)
    for _ in range(FRAMES_MAX):
        if not low <= rbp < high - 8:
            return
        rip, rbp = word(rbp + 8), word(rbp)
        place = where(rip - 1) if rip != 0 else ''
        if place.startswith(('No symbol', '__start_context')) or not place:
            return
        yield place


class Fibers(gdb.Command):
    """List the fibers of all loops and where each waits."""

    def __init__(self):
        super().__init__('fibers', gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        selected = gdb.selected_thread()
        seen = set()
        for thread in sorted(gdb.selected_inferior().threads(), key=lambda t: t.num):
            thread.switch()
            try:
                loop = gdb.parse_and_eval("'loop.c'::here")
            except gdb.error:
                continue
            if int(loop) == 0 or int(loop) in seen:
                continue
            seen.add(int(loop))
            loop = loop.dereference()
            print(f"loop {int(loop['settings']['index'])} (thread {thread.num}): "
                  f"{int(loop['live_count'])} fibers")
            fiber = loop['live']
            while int(fiber) != 0:
                self.show(loop, fiber)
                fiber = fiber['live_next']
        if selected is not None:
            selected.switch()

    @staticmethod
    def show(loop, fiber):
        body = str(fiber['body']).split('<')[-1].rstrip('>')
        if int(loop['running']) == int(fiber):
            print(f'  {fiber} {body}: running, see the thread\'s own backtrace')
            return
        state = 'ready' if fiber['is_ready'] else 'waiting'
        print(f'  {fiber} {body}: {state}')
        for frame in frames(fiber.dereference()):
            print(f'      {frame}')


Fibers()
