//! `termios`: terminals.

use crate::osutil::{check_signals, errno, new_exception, numbers};
use crate::posix::path::Fd;
use crate::util::{TypeCell, int, set, set_ints};
use dovetail_core::Type;
use dovetail_core::error::{PyResult, Raised, exc, raise_with};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::exceptions_os::strerror;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::pymodule;

static NUMBERS: &[(&str, i64)] = numbers!(
    BRKINT BS0 BS1 BSDLY CBAUD CBAUDEX CIBAUD CLOCAL CR0 CR1 CR2 CR3 CRDLY CREAD CS5 CS6 CS7 CS8 CSIZE
    CSTOPB ECHO ECHOCTL ECHOE ECHOK ECHOKE ECHONL ECHOPRT EXTA EXTB EXTPROC FF0 FF1 FFDLY FIOASYNC FIOCLEX
    FIONBIO FIONCLEX FIONREAD FLUSHO HUPCL IBSHIFT ICANON ICRNL IEXTEN IGNBRK IGNCR IGNPAR IMAXBEL INLCR
    INPCK ISIG ISTRIP IUCLC IUTF8 IXANY IXOFF IXON NCCS NL0 NL1 NLDLY NOFLSH OCRNL OFDEL OFILL OLCUC ONLCR
    ONLRET ONOCR OPOST PARENB PARMRK PARODD PENDIN TAB0 TAB1 TAB2 TAB3 TABDLY TCFLSH TCGETS TCIFLUSH TCIOFF
    TCIOFLUSH TCION TCOFLUSH TCOOFF TCOON TCSADRAIN TCSAFLUSH TCSANOW TCSBRK TCSBRKP TCSETS TCSETSF TCSETSW
    TCXONC TIOCCONS TIOCEXCL TIOCGETD TIOCGICOUNT TIOCGLCKTRMIOS TIOCGPGRP TIOCGSERIAL TIOCGSOFTCAR
    TIOCGWINSZ TIOCINQ TIOCLINUX TIOCMBIC TIOCMBIS TIOCMGET TIOCMIWAIT TIOCMSET TIOCM_CAR TIOCM_CD TIOCM_CTS
    TIOCM_DSR TIOCM_DTR TIOCM_LE TIOCM_RI TIOCM_RNG TIOCM_RTS TIOCM_SR TIOCM_ST TIOCNOTTY TIOCNXCL TIOCOUTQ
    TIOCPKT TIOCSCTTY TIOCSERCONFIG TIOCSERGETLSR TIOCSERGETMULTI TIOCSERGSTRUCT TIOCSERGWILD
    TIOCSERSETMULTI TIOCSERSWILD TIOCSETD TIOCSLCKTRMIOS TIOCSPGRP TIOCSSERIAL TIOCSSOFTCAR TIOCSTI
    TIOCSWINSZ TOSTOP VDISCARD VEOF VEOL VEOL2 VERASE VINTR VKILL VLNEXT VMIN VQUIT VREPRINT VSTART VSTOP
    VSUSP VSWTC VT0 VT1 VTDLY VTIME VWERASE XCASE XTABS _POSIX_VDISABLE
);

/// Numbers that the `libc` crate does not name.
static MORE_NUMBERS: &[(&str, i64)] = &[
    ("CDSUSP", 25),
    ("CEOF", 4),
    ("CEOL", 0),
    ("CEOT", 4),
    ("CERASE", 127),
    ("CFLUSH", 15),
    ("CINTR", 3),
    ("CKILL", 21),
    ("CLNEXT", 22),
    ("CQUIT", 28),
    ("CRPRNT", 18),
    ("CRTSCTS", 0x80000000),
    ("CSTART", 17),
    ("CSTOP", 19),
    ("CSUSP", 26),
    ("CWERASE", 23),
    ("IOCSIZE_MASK", 0x3fff0000),
    ("IOCSIZE_SHIFT", 16),
    ("N_MOUSE", 2),
    ("N_PPP", 3),
    ("N_SLIP", 1),
    ("N_STRIP", 4),
    ("N_TTY", 0),
    ("TIOCPKT_DATA", 0),
    ("TIOCPKT_DOSTOP", 32),
    ("TIOCPKT_FLUSHREAD", 1),
    ("TIOCPKT_FLUSHWRITE", 2),
    ("TIOCPKT_NOSTOP", 16),
    ("TIOCPKT_START", 8),
    ("TIOCPKT_STOP", 4),
    ("TIOCSER_TEMT", 1),
    ("VSWTCH", 7),
];

/// The line speeds.
static SPEEDS: &[(&str, i64)] = numbers!(
    B0 B50 B75 B110 B134 B150 B200 B300 B600 B1200 B1800 B2400 B4800 B9600 B19200 B38400 B57600 B115200 B230400 B460800
    B500000 B576000 B921600 B1000000 B1152000 B1500000 B2000000 B2500000 B3000000 B3500000 B4000000 EXTA EXTB
);

static ERROR: TypeCell = TypeCell::new();

fn make_error() -> PyResult<Ref<Type>> {
    new_exception("termios.error", &[exc::Exception()], None)
}

/// `termios.error(errno, text)` of the last failed call.
fn failure(e: i32) -> Raised {
    let make = || -> PyResult<(Object, &'static Type)> {
        let args = Tuple::from_vec(vec![int(e)?, Str::new(&strerror(e))?.into_object()])?;
        Ok((args.into_object(), ERROR.get_or(make_error)?))
    };
    match make() {
        Ok((args, t)) => raise_with(t, &args),
        Err(e) => e,
    }
}

/// A call that gives -1 on failure, without the GIL, again when a signal interrupts it.
fn call(mut f: impl FnMut() -> libc::c_int) -> PyResult<()> {
    loop {
        let r = gil::allow_threads(|| if f() == -1 { Err(errno()) } else { Ok(()) });
        match r {
            Ok(()) => return Ok(()),
            Err(libc::EINTR) => check_signals()?,
            Err(e) => return Err(failure(e)),
        }
    }
}

fn c_long(o: &Obj) -> PyResult<i64> {
    o.index()?.to_i64().ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C long"))
}

/// This module provides an interface to the Posix calls for tty I/O control.
/// For a complete description of these calls, see the Posix or Unix manual
/// pages. It is only available for those Unix versions that support Posix
/// termios style tty I/O control.
///
/// All functions in this module take a file descriptor fd as their first
/// argument. This can be an integer file descriptor, such as returned by
/// sys.stdin.fileno(), or a file object, such as sys.stdin itself.
#[pymodule(name = "termios")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "error", ERROR.get_or(make_error)?.as_obj())?;
        set_ints(module, SPEEDS)?;
        set_ints(module, NUMBERS)?;
        set_ints(module, MORE_NUMBERS)
    }

    /// Get the tty attributes for file descriptor fd.
    ///
    /// Returns a list [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]
    /// where cc is a list of the tty special characters (each a string of
    /// length 1, except the items with indices VMIN and VTIME, which are
    /// integers when these fields are defined).  The interpretation of the
    /// flags and the speeds as well as the indexing in the cc array must be
    /// done using the symbolic constants defined in this module.
    #[function]
    fn tcgetattr(fd: Fd) -> PyResult<Ref<List>> {
        // SAFETY: the call fills the struct.
        let (mode, input, output) = unsafe {
            let mut mode: libc::termios = std::mem::zeroed();
            call(|| libc::tcgetattr(fd.0, &mut mode))?;
            (mode, libc::cfgetispeed(&mode), libc::cfgetospeed(&mode))
        };
        let canonical = mode.c_lflag & libc::ICANON != 0;
        let mut chars = Vec::with_capacity(libc::NCCS);
        for (i, c) in mode.c_cc.iter().enumerate() {
            // Two of them are numbers while input does not come in lines.
            let number = !canonical && (i == libc::VMIN || i == libc::VTIME);
            chars.push(if number { int(*c)? } else { Bytes::new(&[*c])?.into_object() });
        }
        List::from_vec(vec![
            int(mode.c_iflag)?,
            int(mode.c_oflag)?,
            int(mode.c_cflag)?,
            int(mode.c_lflag)?,
            int(input)?,
            int(output)?,
            List::from_vec(chars)?.into_object(),
        ])
    }

    /// Set the tty attributes for file descriptor fd.
    ///
    /// The attributes to be set are taken from the attributes argument, which
    /// is a list like the one returned by tcgetattr(). The when argument
    /// determines when the attributes are changed: termios.TCSANOW to
    /// change immediately, termios.TCSADRAIN to change after transmitting all
    /// queued output, or termios.TCSAFLUSH to change after transmitting all
    /// queued output and discarding all queued input.
    #[function]
    fn tcsetattr(fd: Fd, when: i32, attributes: &Obj) -> PyResult<()> {
        let Some(list) = attributes.downcast::<List>().filter(|l| l.len() == 7) else {
            bail!(TypeError, "tcsetattr, arg 3: must be 7 element list");
        };
        let items = list.to_vec();
        // SAFETY: the call fills the struct: fields that the list does not have stay as they are.
        let mut mode: libc::termios = unsafe { std::mem::zeroed() };
        // SAFETY: as above.
        call(|| unsafe { libc::tcgetattr(fd.0, &mut mode) })?;
        let mut numbers = [0i64; 6];
        for (n, o) in numbers.iter_mut().zip(&items) {
            *n = c_long(o)?;
        }
        mode.c_iflag = numbers[0] as libc::tcflag_t;
        mode.c_oflag = numbers[1] as libc::tcflag_t;
        mode.c_cflag = numbers[2] as libc::tcflag_t;
        mode.c_lflag = numbers[3] as libc::tcflag_t;
        let Some(chars) = items[6].downcast::<List>().filter(|l| l.len() == libc::NCCS) else {
            bail!(TypeError, "tcsetattr: attributes[6] must be {} element list", libc::NCCS);
        };
        for (c, o) in mode.c_cc.iter_mut().zip(chars.to_vec()) {
            *c = match (o.downcast::<Bytes>(), o.downcast::<Int>()) {
                (Some(b), _) if b.len() == 1 => b.as_slice()[0],
                (_, Some(i)) => c_long(i)? as u8,
                _ => bail!(
                    TypeError,
                    "tcsetattr: elements of attributes must be bytes objects of length 1 or integers"
                ),
            };
        }
        // SAFETY: the struct is ours.
        unsafe {
            if libc::cfsetispeed(&mut mode, numbers[4] as libc::speed_t) == -1
                || libc::cfsetospeed(&mut mode, numbers[5] as libc::speed_t) == -1
            {
                return Err(failure(errno()));
            }
            call(|| libc::tcsetattr(fd.0, when, &mode))
        }
    }

    /// Send a break on file descriptor fd.
    ///
    /// A zero duration sends a break for 0.25-0.5 seconds; a nonzero duration
    /// has a system dependent meaning.
    #[function]
    fn tcsendbreak(fd: Fd, duration: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(|| unsafe { libc::tcsendbreak(fd.0, duration) })
    }

    /// Wait until all output written to file descriptor fd has been transmitted.
    #[function]
    fn tcdrain(fd: Fd) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(|| unsafe { libc::tcdrain(fd.0) })
    }

    /// Discard queued data on file descriptor fd.
    ///
    /// The queue selector specifies which queue: termios.TCIFLUSH for the input
    /// queue, termios.TCOFLUSH for the output queue, or termios.TCIOFLUSH for
    /// both queues.
    #[function]
    fn tcflush(fd: Fd, queue: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(|| unsafe { libc::tcflush(fd.0, queue) })
    }

    /// Suspend or resume input or output on file descriptor fd.
    ///
    /// The action argument can be termios.TCOOFF to suspend output,
    /// termios.TCOON to restart output, termios.TCIOFF to suspend input,
    /// or termios.TCION to restart input.
    #[function]
    fn tcflow(fd: Fd, action: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(|| unsafe { libc::tcflow(fd.0, action) })
    }

    /// Get the tty winsize for file descriptor fd.
    ///
    /// Returns a tuple (ws_row, ws_col).
    #[function]
    fn tcgetwinsize(fd: Fd) -> PyResult<Object> {
        // SAFETY: the call fills the struct.
        let size = unsafe {
            let mut w: libc::winsize = std::mem::zeroed();
            call(|| libc::ioctl(fd.0, libc::TIOCGWINSZ, &mut w))?;
            w
        };
        crate::osutil::pair(int(size.ws_row)?, int(size.ws_col)?)
    }

    /// Set the tty winsize for file descriptor fd.
    ///
    /// The winsize to be set is taken from the winsize argument, which
    /// is a two-item tuple (ws_row, ws_col) like the one returned by
    /// tcgetwinsize().
    #[function]
    fn tcsetwinsize(fd: Fd, winsize: &Obj) -> PyResult<()> {
        let items = match winsize.len_() {
            Ok(2) => [winsize.get_item(&*int(0)?)?, winsize.get_item(&*int(1)?)?],
            Ok(_) => bail!(TypeError, "tcsetwinsize, arg 2: must be a two-item sequence"),
            Err(e) => {
                e.clear();
                bail!(TypeError, "tcsetwinsize, arg 2: must be a two-item sequence")
            }
        };
        let (rows, columns) = (c_long(&items[0])?, c_long(&items[1])?);
        // SAFETY: the first call fills the struct, the second reads it.
        unsafe {
            let mut w: libc::winsize = std::mem::zeroed();
            call(|| libc::ioctl(fd.0, libc::TIOCGWINSZ, &mut w))?;
            w.ws_row = rows as u16;
            w.ws_col = columns as u16;
            if i64::from(w.ws_row) != rows || i64::from(w.ws_col) != columns {
                bail!(OverflowError, "winsize value(s) out of range.");
            }
            call(|| libc::ioctl(fd.0, libc::TIOCSWINSZ, &w))
        }
    }
}

pub use module::MODULE;
